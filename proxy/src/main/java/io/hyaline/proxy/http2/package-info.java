/** HTTP/2 on both ends, behind the streams that HTTP/1.1 serves too. Framing and HPACK are Netty's; the rest is here. */
@NullMarked
package io.hyaline.proxy.http2;

import org.jspecify.annotations.NullMarked;
