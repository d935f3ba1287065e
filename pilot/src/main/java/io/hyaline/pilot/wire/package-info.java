/** The words that Envoy and Istio share, and the small messages that every generator writes. */
@NullMarked
package io.hyaline.pilot.wire;

import org.jspecify.annotations.NullMarked;
