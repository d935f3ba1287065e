/** What a VirtualService says of requests and connections. */
@NullMarked
package io.hyaline.model.route;

import org.jspecify.annotations.NullMarked;
