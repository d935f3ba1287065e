/** Decides what may serve: a cluster or listener only together with the endpoints, routes and secrets that it names. */
@NullMarked
package io.hyaline.proxy.warm;

import org.jspecify.annotations.NullMarked;
