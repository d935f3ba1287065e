/**
 * What a proxy is told, before EnvoyFilters: pure functions of one snapshot and one node.
 *
 * <p>Nothing here reads a store, a clock or a flag; the pair (snapshot, node) is the whole input.
 */
@NullMarked
package io.hyaline.pilot.generate;

import org.jspecify.annotations.NullMarked;
