/** Who is calling: the one record that log, headers, policy and the upstream's source address read. */
@NullMarked
package io.hyaline.proxy.client;

import org.jspecify.annotations.NullMarked;
