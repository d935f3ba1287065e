/** From one Kubernetes or Istio object to the mesh's own words; what makes no sense is refused with its reason. */
@NullMarked
package io.hyaline.pilot.read;

import org.jspecify.annotations.NullMarked;
