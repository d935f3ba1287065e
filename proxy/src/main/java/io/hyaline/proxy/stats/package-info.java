/** Counters with Envoy's names, kept per event loop and summed when read. */
@NullMarked
package io.hyaline.proxy.stats;

import org.jspecify.annotations.NullMarked;
