/** How a command ends. */
@NullMarked
package io.hyaline.cli.exit;

import org.jspecify.annotations.NullMarked;
