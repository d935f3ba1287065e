/** The wire: TLS, HTTP/1.1, requests in, answers and watch streams out. */
@NullMarked
package io.hyaline.apiserver.http;

import org.jspecify.annotations.NullMarked;
