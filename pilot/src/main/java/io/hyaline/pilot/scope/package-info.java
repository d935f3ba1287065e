/** What a change means for one proxy: pure functions of two snapshots. */
@NullMarked
package io.hyaline.pilot.scope;

import org.jspecify.annotations.NullMarked;
