/** HTTP filters: what they decide about requests and answers. */
@NullMarked
package io.hyaline.proxy.filter;

import org.jspecify.annotations.NullMarked;
