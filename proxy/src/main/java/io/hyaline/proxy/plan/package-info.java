/** Envoy protos in, an immutable plan out; what cannot be served is rejected by name. */
@NullMarked
package io.hyaline.proxy.plan;

import org.jspecify.annotations.NullMarked;
