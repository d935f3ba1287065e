/** Where secrets come from: a key made here and certified by the mesh's CA, an SDS server, or files. */
@NullMarked
package io.hyaline.proxy.secret;

import org.jspecify.annotations.NullMarked;
