package io.hyaline.proxy.filter;

import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.stats.Counters;
import java.util.List;

/**
 * The filters of a connection manager that may act on requests before they are routed on, in order.
 *
 * @param always whether one of them acts although no route says so
 */
public record FilterChain(List<Step> steps, boolean always) {

    /** A filter at work. */
    public sealed interface Step {

        String name();

        /** Whether it is on where no route says anything about it. */
        boolean enabled();
    }

    /** The fault filter with the faults of its own. */
    public record Fault(String name, boolean enabled, FaultPlan own, Counters<FaultCounter> counters) implements Step {}

    /** The CORS filter, which only routes give policies to. */
    public record Cors(String name, boolean enabled, Counters<CorsCounter> counters) implements Step {}

    public static FilterChain of(List<Step> steps) {
        boolean always = steps.stream()
                .anyMatch(step -> step instanceof Fault fault
                        && fault.enabled()
                        && !fault.own().isEmpty());
        return new FilterChain(List.copyOf(steps), always);
    }

    /** Whether there is nothing to do for a route with these settings. */
    public boolean isIdle(FilterSettings settings) {
        return !always && (settings.isEmpty() || !concerns(settings));
    }

    private boolean concerns(FilterSettings settings) {
        for (Step step : steps) {
            if (settings.of(step.name()) != null) {
                return true;
            }
        }
        return false;
    }
}
