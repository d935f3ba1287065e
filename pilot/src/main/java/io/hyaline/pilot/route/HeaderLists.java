package io.hyaline.pilot.route;

import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.config.route.v3.WeightedCluster;
import io.hyaline.model.route.HeaderChanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Header operations as Envoy lists them, in order of name. */
final class HeaderLists {
    private HeaderLists() {}

    static void request(HeaderChanges.Edits edits, Route.Builder route) {
        route.addAllRequestHeadersToAdd(added(edits)).addAllRequestHeadersToRemove(edits.remove());
    }

    static void response(HeaderChanges.Edits edits, Route.Builder route) {
        route.addAllResponseHeadersToAdd(added(edits)).addAllResponseHeadersToRemove(edits.remove());
    }

    static void of(HeaderChanges changes, WeightedCluster.ClusterWeight.Builder cluster) {
        cluster.addAllRequestHeadersToAdd(added(changes.request()))
                .addAllRequestHeadersToRemove(changes.request().remove())
                .addAllResponseHeadersToAdd(added(changes.response()))
                .addAllResponseHeadersToRemove(changes.response().remove());
    }

    /** The new authority that setting {@code Host} or {@code :authority} asks for: Envoy rewrites it in another place. */
    static String authority(HeaderChanges.Edits edits) {
        for (Map.Entry<String, String> entry : edits.set().entrySet()) {
            if (isAuthority(entry.getKey())) {
                return entry.getValue();
            }
        }
        return "";
    }

    private static boolean isAuthority(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.equals("host") || lower.equals(":authority");
    }

    private static List<HeaderValueOption> added(HeaderChanges.Edits edits) {
        List<HeaderValueOption> options = new ArrayList<>();
        new TreeMap<>(edits.set())
                .forEach((name, value) -> add(name, value, HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD, options));
        new TreeMap<>(edits.add())
                .forEach((name, value) -> add(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD, options));
        return options;
    }

    private static void add(String name, String value, HeaderAppendAction action, List<HeaderValueOption> options) {
        if (!isAuthority(name)) {
            options.add(HeaderValueOption.newBuilder()
                    .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
                    .setAppendAction(action)
                    .build());
        }
    }
}
