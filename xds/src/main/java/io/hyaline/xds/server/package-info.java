/**
 * The server's end of ADS, state of the world and delta, without a transport.
 *
 * <p>A session knows what one client subscribed to, what it was sent and what it said to that. Requests and
 * configurations go in, responses come out; whoever owns the stream calls it from one thread at a time.
 */
@NullMarked
package io.hyaline.xds.server;

import org.jspecify.annotations.NullMarked;
