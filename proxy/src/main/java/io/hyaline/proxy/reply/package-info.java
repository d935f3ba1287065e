/** Answers of the proxy's own. */
@NullMarked
package io.hyaline.proxy.reply;

import org.jspecify.annotations.NullMarked;
