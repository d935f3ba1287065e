/** Failures as Kubernetes Status objects. */
@NullMarked
package io.hyaline.apiserver.status;

import org.jspecify.annotations.NullMarked;
