package io.hyaline.proxy.admin;

import io.hyaline.proxy.instance.ProxyInstance;

/** An instance's counters and gauges for Prometheus, with Envoy's names. */
public final class Metrics {

    private Metrics() {}

    /** Those that have been used. */
    public static String prometheus(ProxyInstance instance) {
        return new StatsPage(instance).metrics(true);
    }
}
