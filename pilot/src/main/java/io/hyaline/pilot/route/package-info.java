/** From VirtualServices to Envoy's routes: pure functions of one VirtualService, one listener and what is known of hosts. */
@NullMarked
package io.hyaline.pilot.route;

import org.jspecify.annotations.NullMarked;
