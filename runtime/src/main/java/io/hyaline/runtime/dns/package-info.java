/** Names of services and pods, answered by every node. {@link io.hyaline.runtime.dns.DnsZone} decides, the rest is wire. */
@NullMarked
package io.hyaline.runtime.dns;

import org.jspecify.annotations.NullMarked;
