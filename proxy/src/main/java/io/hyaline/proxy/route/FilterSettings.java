package io.hyaline.proxy.route;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route says to the HTTP filters, by their names: Envoy's typed_per_filter_config of all levels together. */
public record FilterSettings(Map<String, Setting> byFilter) {

    public static final FilterSettings NONE = new FilterSettings(Map.of());

    /**
     * One filter's part.
     *
     * @param protocols what upstream connections offer by ALPN, comma-separated; empty when the route says nothing of it
     */
    public record Setting(
            boolean enabled,
            @Nullable FaultPlan fault,
            @Nullable CorsPlan cors,
            String protocols) {

        /** For a filter that a route only switches on or off. */
        public static Setting of(boolean enabled) {
            return new Setting(enabled, null, null, "");
        }

        private Setting over(@Nullable Setting wider) {
            if (wider == null) {
                return this;
            }
            CorsPlan merged =
                    cors == null || wider.cors == null ? (cors == null ? wider.cors : cors) : cors.over(wider.cors);
            return new Setting(
                    enabled,
                    fault == null ? wider.fault : fault,
                    merged,
                    protocols.isEmpty() ? wider.protocols : protocols);
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
