/** How this program looks names up. */
@NullMarked
package io.hyaline.cli.names;

import org.jspecify.annotations.NullMarked;
