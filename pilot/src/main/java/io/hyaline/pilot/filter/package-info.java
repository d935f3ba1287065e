/** The filters that chains are made of, with Istio's defaults. */
@NullMarked
package io.hyaline.pilot.filter;

import org.jspecify.annotations.NullMarked;
