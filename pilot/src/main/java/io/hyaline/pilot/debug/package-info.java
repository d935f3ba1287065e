/** What the pilot knows and what it told whom, over HTTP, for people and tools. */
@NullMarked
package io.hyaline.pilot.debug;

import org.jspecify.annotations.NullMarked;
