/** What a real Envoy has beside it as a sidecar, as Istio's agent does it: its certificate, its health, its metrics. */
@NullMarked
package io.hyaline.proxy.envoy;

import org.jspecify.annotations.NullMarked;
