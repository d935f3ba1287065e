/** Envoy messages as JSON, both ways. */
@NullMarked
package io.hyaline.pilot.json;

import org.jspecify.annotations.NullMarked;
