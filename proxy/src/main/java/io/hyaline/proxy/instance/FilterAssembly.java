package io.hyaline.proxy.instance;

import io.hyaline.proxy.filter.CorsCounter;
import io.hyaline.proxy.filter.FaultCounter;
import io.hyaline.proxy.filter.FilterChain;
import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.route.FaultPlan;
import java.util.ArrayList;
import java.util.List;

/** Makes filters at work out of a connection manager's plan. */
final class FilterAssembly {

    private FilterAssembly() {}

    static FilterChain chain(HcmPlan plan, StatRegistry stats) {
        List<FilterChain.Step> steps = new ArrayList<>();
        String prefix = "http." + plan.statPrefix() + ".";
        for (HcmPlan.Filter filter : plan.filters()) {
            switch (filter) {
                case HcmPlan.Filter.Fault(String name, boolean enabled, FaultPlan own) ->
                    steps.add(new FilterChain.Fault(
                            name, enabled, own, stats.counters(prefix + "fault.", FaultCounter.class)));
                case HcmPlan.Filter.Cors(String name, boolean enabled) ->
                    steps.add(new FilterChain.Cors(name, enabled, stats.counters(prefix + "cors.", CorsCounter.class)));
                case HcmPlan.Filter.Alpn alpn -> {}
                case HcmPlan.Filter.Router router -> {}
                case HcmPlan.Filter.Silent silent -> {}
            }
        }
        return FilterChain.of(steps);
    }
}
