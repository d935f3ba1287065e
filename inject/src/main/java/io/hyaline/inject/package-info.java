/** Sidecar injection: pod in, pod out, and the webhook around it. */
@NullMarked
package io.hyaline.inject;

import org.jspecify.annotations.NullMarked;
