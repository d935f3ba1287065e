/** Virtual hosts and routes: which route a request takes, and what the route says about it. */
@NullMarked
package io.hyaline.proxy.route;

import org.jspecify.annotations.NullMarked;
