/** IP addresses and ranges of both families. */
@NullMarked
package io.hyaline.apiserver.address;

import org.jspecify.annotations.NullMarked;
