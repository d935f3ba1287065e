package io.hyaline.model;

import io.hyaline.model.host.Hosts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Sidecar object: what the proxies that it selects take in and may reach.
 *
 * @param egressHosts {@code namespace/host} patterns; empty means everything
 * @param allowAnyOutbound null inherits from the mesh
 */
public record SidecarScope(
        ObjectKey key,
        Instant created,
        Map<String, String> selector,
        List<Ingress> ingress,
        List<String> egressHosts,
        @Nullable Boolean allowAnyOutbound) {
    public SidecarScope {
        selector = Map.copyOf(selector);
        ingress = List.copyOf(ingress);
        egressHosts = List.copyOf(egressHosts);
    }

    /** A port taken in, and where the application listens: empty for the pod's address, else host:port or unix:path. */
    public record Ingress(int port, Protocol protocol, String defaultEndpoint) {}

    /** Whether a Service of another namespace or name is within what the egress hosts of this scope name. */
    public boolean sees(String proxyNamespace, Service service) {
        return egressHosts.isEmpty()
                || egressHosts.stream().anyMatch(pattern -> matches(pattern, proxyNamespace, service));
    }

    /** The same for a VirtualService, by its hosts. */
    public boolean sees(String proxyNamespace, String namespace, List<String> hosts) {
        return egressHosts.isEmpty()
                || egressHosts.stream().anyMatch(pattern -> {
                    int slash = pattern.indexOf('/');
                    String wanted = slash < 0 ? "*" : pattern.substring(0, slash);
                    boolean there =
                            wanted.equals("*") || namespace.equals(wanted.equals(".") ? proxyNamespace : wanted);
                    return there && hosts.stream().anyMatch(h -> Hosts.overlap(h, pattern.substring(slash + 1)));
                });
    }

    private static boolean matches(String pattern, String proxyNamespace, Service service) {
        int slash = pattern.indexOf('/');
        String namespace = slash < 0 ? "*" : pattern.substring(0, slash);
        String host = pattern.substring(slash + 1);
        String wanted = namespace.equals(".") ? proxyNamespace : namespace;
        return (wanted.equals("*") || wanted.equals(service.key().namespace())) && hostMatches(host, service.host());
    }

    private static boolean hostMatches(String pattern, String host) {
        return pattern.equals("*")
                || pattern.equals(host)
                || (pattern.startsWith("*.") && host.endsWith(pattern.substring(1)));
    }
}
