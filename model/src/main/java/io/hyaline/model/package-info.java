/** The mesh in the pilot's own words: immutable values, no Kubernetes and no Envoy type. */
@NullMarked
package io.hyaline.model;

import org.jspecify.annotations.NullMarked;
