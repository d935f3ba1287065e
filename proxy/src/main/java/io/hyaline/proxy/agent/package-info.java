/** The small HTTP servers beside a sidecar: readiness on 15021, probes and metrics on 15020, metrics on 15090. */
@NullMarked
package io.hyaline.proxy.agent;

import org.jspecify.annotations.NullMarked;
