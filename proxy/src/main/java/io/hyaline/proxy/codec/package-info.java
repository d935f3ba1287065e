/** HTTP/1.1 framing on both ends, behind a stream that does not know its protocol. */
@NullMarked
package io.hyaline.proxy.codec;

import org.jspecify.annotations.NullMarked;
