/** Host names as Istio writes them, with wildcards. */
@NullMarked
package io.hyaline.model.host;

import org.jspecify.annotations.NullMarked;
