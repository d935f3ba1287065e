/** Objects in memory and on disk, one revision counter, and the history that watches read. */
@NullMarked
package io.hyaline.apiserver.store;

import org.jspecify.annotations.NullMarked;
