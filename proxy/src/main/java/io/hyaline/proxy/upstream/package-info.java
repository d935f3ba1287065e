/** Clusters: their endpoints, balance, pools, and the address a connection leaves from. */
@NullMarked
package io.hyaline.proxy.upstream;

import org.jspecify.annotations.NullMarked;
