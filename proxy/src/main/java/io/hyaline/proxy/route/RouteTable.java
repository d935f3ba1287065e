package io.hyaline.proxy.route;

import io.hyaline.proxy.head.HeaderName;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A route configuration, ready to be asked. Domains: exact, then the longest suffix wildcard, then the longest prefix wildcard, then {@code *}. */
public final class RouteTable {

    /** A virtual host; {@code requireTls} answers plain requests with a redirect. */
    public record VirtualHost(
            String name,
            List<String> domains,
            List<RoutePlan> routes,
            boolean requireTls,
            @Nullable RetryPlan retry,
            HeaderEdits requestEdits,
            HeaderEdits responseEdits,
            boolean includeAttemptCount) {}

    private final String name;
    private final List<VirtualHost> hosts;
    private final List<HeaderName> internalOnlyHeaders;
    private final HeaderEdits requestEdits;
    private final HeaderEdits responseEdits;
    private final boolean ignorePort;
    private final Map<String, VirtualHost> exact = new HashMap<>();
    private final Wildcards suffixes = new Wildcards();
    private final Wildcards prefixes = new Wildcards();
    private final @Nullable VirtualHost any;

    public RouteTable(
            String name,
            List<VirtualHost> hosts,
            List<HeaderName> internalOnlyHeaders,
            HeaderEdits requestEdits,
            HeaderEdits responseEdits,
            boolean ignorePort) {
        this.name = name;
        this.hosts = hosts;
        this.internalOnlyHeaders = internalOnlyHeaders;
        this.requestEdits = requestEdits;
        this.responseEdits = responseEdits;
        this.ignorePort = ignorePort;
        VirtualHost catchAll = null;
        for (VirtualHost host : hosts) {
            for (String written : host.domains()) {
                String domain = written.toLowerCase(Locale.ROOT);
                if (domain.equals("*")) {
                    catchAll = unique(catchAll, host, domain);
                } else if (domain.startsWith("*")) {
                    suffixes.add(domain.substring(1), host, domain);
                } else if (domain.endsWith("*")) {
                    prefixes.add(domain.substring(0, domain.length() - 1), host, domain);
                } else {
                    unique(exact.putIfAbsent(domain, host), host, domain);
                }
            }
        }
        any = catchAll;
    }

    private static VirtualHost unique(@Nullable VirtualHost earlier, VirtualHost host, String domain) {
        if (earlier != null) {
            throw new IllegalArgumentException("domain '" + domain + "' of virtual host '" + host.name()
                    + "' is already taken by virtual host '" + earlier.name() + "'");
        }
        return host;
    }

    public String name() {
        return name;
    }

    public List<VirtualHost> hosts() {
        return hosts;
    }

    public List<HeaderName> internalOnlyHeaders() {
        return internalOnlyHeaders;
    }

    public HeaderEdits requestEdits() {
        return requestEdits;
    }

    public HeaderEdits responseEdits() {
        return responseEdits;
    }

    /** True when every host goes to the same virtual host, so that nobody needs to look at the authority. */
    public boolean anyHostOnly() {
        return any != null && exact.isEmpty() && suffixes.isEmpty() && prefixes.isEmpty();
    }

    /** The virtual host for an authority. */
    public @Nullable VirtualHost host(String authority) {
        if (anyHostOnly()) {
            return any;
        }
        String host = (ignorePort ? withoutPort(authority) : authority).toLowerCase(Locale.ROOT);
        VirtualHost found = exact.get(host);
        if (found == null) {
            found = suffixes.longest(host, true);
        }
        if (found == null) {
            found = prefixes.longest(host, false);
        }
        return found != null ? found : any;
    }

    private static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
    }

    /** Wildcard domains by length, longest first, so that a look-up costs one hash per length. */
    private static final class Wildcards {

        private final java.util.TreeMap<Integer, Map<String, VirtualHost>> byLength =
                new java.util.TreeMap<>(java.util.Comparator.reverseOrder());

        void add(String part, VirtualHost host, String domain) {
            unique(
                    byLength.computeIfAbsent(part.length(), length -> new HashMap<>())
                            .putIfAbsent(part, host),
                    host,
                    domain);
        }

        boolean isEmpty() {
            return byLength.isEmpty();
        }

        @Nullable
        VirtualHost longest(String host, boolean atEnd) {
            for (Map.Entry<Integer, Map<String, VirtualHost>> entry : byLength.entrySet()) {
                int length = entry.getKey();
                if (length < host.length()) {
                    String part = atEnd ? host.substring(host.length() - length) : host.substring(0, length);
                    VirtualHost found = entry.getValue().get(part);
                    if (found != null) {
                        return found;
                    }
                }
            }
            return null;
        }
    }
}
