/** A Kubernetes API server for one machine. */
@NullMarked
package io.hyaline.apiserver;

import org.jspecify.annotations.NullMarked;
