/** Asking containers how they are, from the node's side of the network, and calling their life-cycle hooks. */
@NullMarked
package io.hyaline.runtime.probes;

import org.jspecify.annotations.NullMarked;
