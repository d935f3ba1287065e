/** What is wrong with one Istio object alone, field by field: pure functions, in Istio's words where it has some. */
@NullMarked
package io.hyaline.pilot.check;

import org.jspecify.annotations.NullMarked;
