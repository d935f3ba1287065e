/** EnvoyFilter as the pilot sees it: what a patch matches and what it does; the patch itself is kept as JSON text. */
@NullMarked
package io.hyaline.model.envoyfilter;

import org.jspecify.annotations.NullMarked;
