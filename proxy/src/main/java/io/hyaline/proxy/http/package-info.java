/** The connection manager: what it decides about requests and answers, and the exchange that sees each to its end. */
@NullMarked
package io.hyaline.proxy.http;

import org.jspecify.annotations.NullMarked;
