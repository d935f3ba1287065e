package io.hyaline.proxy.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route says to the HTTP filters, by their names: Envoy's typed_per_filter_config of all levels together. */
public record FilterSettings(Map<String, Setting> byFilter) {

    public static final FilterSettings NONE = new FilterSettings(Map.of());

    /** One filter's part. */
    public record Setting(
            boolean enabled,
            @Nullable FaultPlan fault,
            @Nullable CorsPlan cors) {

        private Setting over(@Nullable Setting wider) {
            if (wider == null) {
                return this;
            }
            CorsPlan merged =
                    cors == null || wider.cors == null ? (cors == null ? wider.cors : cors) : cors.over(wider.cors);
            return new Setting(enabled, fault == null ? wider.fault : fault, merged);
        }
    }

    public boolean isEmpty() {
        return byFilter.isEmpty();
    }

    /** What it says to a filter; null when nothing. */
    public @Nullable Setting of(String filter) {
        return byFilter.get(filter);
    }

    /** These settings, completed by less specific ones. */
    public FilterSettings over(FilterSettings wider) {
        if (isEmpty() || wider.isEmpty()) {
            return isEmpty() ? wider : this;
        }
        Map<String, Setting> all = new HashMap<>(wider.byFilter);
        byFilter.forEach((filter, setting) -> all.put(filter, setting.over(wider.byFilter.get(filter))));
        return new FilterSettings(Map.copyOf(all));
    }
}
