/** What of a pod's traffic goes through its proxy, as a plan, as rule text, and as rules in the kernel. */
@NullMarked
package io.hyaline.capture;

import org.jspecify.annotations.NullMarked;
