/** One proxy: a plan, its listeners and clusters, its log and its counters. Many live in one process. */
@NullMarked
package io.hyaline.proxy.instance;

import org.jspecify.annotations.NullMarked;
