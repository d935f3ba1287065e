/** An nftables table as a value: written whole once, and from then on as what has changed, each in one transaction. */
@NullMarked
package io.hyaline.runtime.nft;

import org.jspecify.annotations.NullMarked;
