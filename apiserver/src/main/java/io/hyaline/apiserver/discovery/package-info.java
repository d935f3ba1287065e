/** Which groups, versions and resources exist, as clients ask for it. */
@NullMarked
package io.hyaline.apiserver.discovery;

import org.jspecify.annotations.NullMarked;
