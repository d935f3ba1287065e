/** What a Gateway object says of its servers. */
@NullMarked
package io.hyaline.model.gateway;

import org.jspecify.annotations.NullMarked;
