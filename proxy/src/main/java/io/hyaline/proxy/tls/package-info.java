/** BoringSSL at both ends: certificates that change while listeners stay, SPIFFE names, Istio's SNI. */
@NullMarked
package io.hyaline.proxy.tls;

import org.jspecify.annotations.NullMarked;
