/** The seed's scenarios, unattended: every command typed, every address compared. */
@NullMarked
package io.hyaline.cli.demo;

import org.jspecify.annotations.NullMarked;
