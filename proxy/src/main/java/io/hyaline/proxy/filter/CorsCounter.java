package io.hyaline.proxy.filter;

/** Envoy's counters of the CORS filter, by their names in lower case. */
public enum CorsCounter {
    ORIGIN_VALID,
    ORIGIN_INVALID
}
