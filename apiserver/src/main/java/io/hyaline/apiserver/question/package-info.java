/** Requests that ask or tell something and store no object of their own: reviews, tokens, bindings, evictions. */
@NullMarked
package io.hyaline.apiserver.question;

import org.jspecify.annotations.NullMarked;
