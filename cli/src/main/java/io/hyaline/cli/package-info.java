/** The command line, and the one place where the roles are wired together. */
@NullMarked
package io.hyaline.cli;

import org.jspecify.annotations.NullMarked;
