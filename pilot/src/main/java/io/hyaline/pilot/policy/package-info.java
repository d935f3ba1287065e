/** From DestinationRules to how a cluster is used: which rule holds for whom, and what it changes. */
@NullMarked
package io.hyaline.pilot.policy;

import org.jspecify.annotations.NullMarked;
