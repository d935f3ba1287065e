/** The router: which cluster a request goes to, through how many attempts, and how its answer comes back. */
@NullMarked
package io.hyaline.proxy.forward;

import org.jspecify.annotations.NullMarked;
