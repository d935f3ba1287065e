/** EnvoyFilters: people's patches to what was generated, in Istio's order and with Istio's meaning. */
@NullMarked
package io.hyaline.pilot.patch;

import org.jspecify.annotations.NullMarked;
