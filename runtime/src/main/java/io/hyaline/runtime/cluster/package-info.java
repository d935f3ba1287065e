/** The cluster's objects as this program sees them: one watch per kind, shared by everything that runs here. */
@NullMarked
package io.hyaline.runtime.cluster;

import org.jspecify.annotations.NullMarked;
