/** The values that Kubernetes fills in where a user says nothing. */
@NullMarked
package io.hyaline.apiserver.defaults;

import org.jspecify.annotations.NullMarked;
