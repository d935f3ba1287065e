/** How a cluster inside a network namespace answers on ports of the host. */
@NullMarked
package io.hyaline.runtime.publish;

import org.jspecify.annotations.NullMarked;
