/** Connections that are passed through as bytes. */
@NullMarked
package io.hyaline.proxy.tcp;

import org.jspecify.annotations.NullMarked;
