/** The streams of proxies: who is connected, what each is told, and when. */
@NullMarked
package io.hyaline.pilot.serve;

import org.jspecify.annotations.NullMarked;
