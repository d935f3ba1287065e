/** What the first bytes of a connection say: PROXY protocol, TLS ClientHello, HTTP. */
@NullMarked
package io.hyaline.proxy.inspect;

import org.jspecify.annotations.NullMarked;
