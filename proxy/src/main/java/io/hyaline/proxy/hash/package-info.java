/** Consistent hashing: hash functions, and the tables from hashes to members. Equal to Envoy's, bit by bit. */
@NullMarked
package io.hyaline.proxy.hash;

import org.jspecify.annotations.NullMarked;
