/** What belongs to one event loop: deadlines, recycled heads, the clock. */
@NullMarked
package io.hyaline.proxy.loop;

import org.jspecify.annotations.NullMarked;
