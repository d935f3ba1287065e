/** The control plane: Kubernetes and Istio objects in, Envoy xDS and certificates out. */
@NullMarked
package io.hyaline.pilot;

import org.jspecify.annotations.NullMarked;
