package io.hyaline.proxy.filter;

/** Envoy's counters and gauges of the fault filter, by their names in lower case. */
public enum FaultCounter {
    DELAYS_INJECTED,
    ABORTS_INJECTED,
    FAULTS_OVERFLOW,
    ACTIVE_FAULTS
}
