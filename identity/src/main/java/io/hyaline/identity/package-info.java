/** SPIFFE identities, keys, certificate requests and the check of a peer's certificate; JDK only. */
@NullMarked
package io.hyaline.identity;

import org.jspecify.annotations.NullMarked;
