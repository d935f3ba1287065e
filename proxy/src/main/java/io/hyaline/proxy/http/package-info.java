/** HTTP: heads as an index over bytes, the connection manager's decisions, and the exchange between two streams. */
@NullMarked
package io.hyaline.proxy.http;

import org.jspecify.annotations.NullMarked;
