/** What is amiss between objects that can be read each alone: pure functions of a snapshot. Codes and names are Istio's. */
@NullMarked
package io.hyaline.pilot.analyze;

import org.jspecify.annotations.NullMarked;
