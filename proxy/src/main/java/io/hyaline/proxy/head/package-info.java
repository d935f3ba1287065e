/** The head of an HTTP message as an index over its bytes, and the strict scanner that makes it. */
@NullMarked
package io.hyaline.proxy.head;

import org.jspecify.annotations.NullMarked;
