/** What a request does: create, read, update, patch, delete, watch. */
@NullMarked
package io.hyaline.apiserver.verb;

import org.jspecify.annotations.NullMarked;
