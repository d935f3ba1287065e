/** One proxied workload as a whole: its data plane, its control plane stream, its secrets. */
@NullMarked
package io.hyaline.proxy.sidecar;

import org.jspecify.annotations.NullMarked;
