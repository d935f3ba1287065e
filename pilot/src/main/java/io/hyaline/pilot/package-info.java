/** From Istio and Kubernetes resources to xDS. */
@NullMarked
package io.hyaline.pilot;

import org.jspecify.annotations.NullMarked;
