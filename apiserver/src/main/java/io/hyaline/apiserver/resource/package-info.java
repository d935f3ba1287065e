/** Which resources are served, under which names and versions. */
@NullMarked
package io.hyaline.apiserver.resource;

import org.jspecify.annotations.NullMarked;
