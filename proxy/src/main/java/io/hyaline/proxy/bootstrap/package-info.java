/** The Envoy v3 bootstrap file. */
@NullMarked
package io.hyaline.proxy.bootstrap;

import org.jspecify.annotations.NullMarked;
