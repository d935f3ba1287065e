/** What a DestinationRule says of the way to a host. */
@NullMarked
package io.hyaline.model.policy;

import org.jspecify.annotations.NullMarked;
