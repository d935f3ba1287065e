/**
 * The client's end of ADS: what to ask for, what was accepted, what to answer. No transport and no clock: a stream feeds
 * {@link io.hyaline.xds.client.AdsClient} with events and sends what it yields.
 */
@NullMarked
package io.hyaline.xds.client;

import org.jspecify.annotations.NullMarked;
