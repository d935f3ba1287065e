/** An interception plan as the text of one nftables transaction. */
@NullMarked
package io.hyaline.capture.rules;

import org.jspecify.annotations.NullMarked;
