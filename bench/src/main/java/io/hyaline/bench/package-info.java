/** The paced load generator: a fixed rate of requests, whatever the answers take. */
@NullMarked
package io.hyaline.bench;

import org.jspecify.annotations.NullMarked;
