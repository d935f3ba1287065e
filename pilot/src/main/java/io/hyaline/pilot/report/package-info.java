/** What is said of objects that are there already: in their status. */
@NullMarked
package io.hyaline.pilot.report;

import org.jspecify.annotations.NullMarked;
