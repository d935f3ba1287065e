/**
 * From one Kubernetes or Istio object to the mesh's own words. Istio's objects have passed their checks before; what is
 * refused here is what these words cannot say.
 */
@NullMarked
package io.hyaline.pilot.read;

import org.jspecify.annotations.NullMarked;
