/** What may change or refuse a request: built-in admission and webhooks. */
@NullMarked
package io.hyaline.apiserver.admission;

import org.jspecify.annotations.NullMarked;
