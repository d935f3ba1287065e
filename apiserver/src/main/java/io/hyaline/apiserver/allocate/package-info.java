/** Addresses and ports of Services, each given out once. */
@NullMarked
package io.hyaline.apiserver.allocate;

import org.jspecify.annotations.NullMarked;
