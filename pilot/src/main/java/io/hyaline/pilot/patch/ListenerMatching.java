package io.hyaline.pilot.patch;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.FilterChainMatch;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ListenerMatch;
import io.hyaline.pilot.wire.Names;
import java.util.Map;

/** Which listeners, filter chains and filters a patch means. */
final class ListenerMatching {
    /** Names from before Envoy 1.14; filters and people still write them. */
    private static final Map<String, String> OLD_NAMES = Map.of(
            "envoy.http_connection_manager", "envoy.filters.network.http_connection_manager",
            "envoy.tcp_proxy", "envoy.filters.network.tcp_proxy",
            "envoy.router", "envoy.filters.http.router",
            "envoy.cors", "envoy.filters.http.cors",
            "envoy.fault", "envoy.filters.http.fault",
            "envoy.listener.tls_inspector", "envoy.filters.listener.tls_inspector",
            "envoy.listener.http_inspector", "envoy.filters.listener.http_inspector",
            "envoy.listener.original_dst", "envoy.filters.listener.original_dst");

    private ListenerMatching() {}

    static boolean listener(Patch patch, Listener listener) {
        ListenerMatch match = patch.spec().listener();
        if (!match.name().isEmpty() && !match.name().equals(listener.getName())) {
            return false;
        }
        if (match.portNumber() == 0 || (patch.spec().applyTo() != ApplyTo.LISTENER && isVirtual(listener))) {
            return true;
        }
        return listener.getAddress().getSocketAddress().getPortValue() == match.portNumber();
    }

    /** In the two virtual listeners a port is the destination port of a chain. */
    static boolean chain(Patch patch, Listener listener, FilterChain chain) {
        ListenerMatch match = patch.spec().listener();
        FilterChainMatch actual = chain.getFilterChainMatch();
        int port = actual.getDestinationPort().getValue();
        if (isVirtual(listener) && match.portNumber() != 0 && port != match.portNumber()) {
            return false;
        }
        ListenerMatch.Chain wanted = match.chain();
        return sameOrAny(wanted.name(), chain.getName())
                && (wanted.sni().isEmpty() || actual.getServerNamesList().contains(wanted.sni()))
                && sameOrAny(wanted.transportProtocol(), actual.getTransportProtocol())
                && actual.getApplicationProtocolsList().containsAll(wanted.applicationProtocols())
                && (wanted.destinationPort() == 0 || wanted.destinationPort() == port);
    }

    static boolean networkFilter(Patch patch, String name) {
        return named(patch.spec().listener().chain().filter(), name);
    }

    static boolean httpFilter(Patch patch, String name) {
        return named(patch.spec().listener().chain().subFilter(), name);
    }

    static boolean listenerFilter(Patch patch, String name) {
        return named(patch.spec().listener().listenerFilter(), name);
    }

    private static boolean named(String wanted, String name) {
        return wanted.isEmpty() || wanted.equals(name) || name.equals(OLD_NAMES.get(wanted));
    }

    private static boolean sameOrAny(String wanted, String actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    private static boolean isVirtual(Listener listener) {
        return listener.getName().equals(Names.VIRTUAL_INBOUND)
                || listener.getName().equals(Names.VIRTUAL_OUTBOUND);
    }
}
