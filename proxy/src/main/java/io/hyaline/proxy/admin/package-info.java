/** The admin endpoint, as Envoy's. */
@NullMarked
package io.hyaline.proxy.admin;

import org.jspecify.annotations.NullMarked;
