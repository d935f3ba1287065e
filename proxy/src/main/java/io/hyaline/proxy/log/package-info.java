/** Access logs: one record per request and connection, a format compiled once, one writer thread. */
@NullMarked
package io.hyaline.proxy.log;

import org.jspecify.annotations.NullMarked;
