package io.hyaline.proxy.match;

import java.util.List;
import java.util.Set;

/**
 * Envoy's FilterChainMatch. Empty lists and texts, and port 0, mean "any".
 *
 * <p>Server names are lower case; a wildcard is written with its star ({@code *.example.com}).
 */
public record ChainMatch(
        int destinationPort,
        List<Cidr> destinationRanges,
        List<String> serverNames,
        String transportProtocol,
        List<String> applicationProtocols,
        List<Cidr> directSourceRanges,
        SourceType sourceType,
        List<Cidr> sourceRanges,
        Set<Integer> sourcePorts) {

    public static final ChainMatch ANY =
            new ChainMatch(0, List.of(), List.of(), "", List.of(), List.of(), SourceType.ANY, List.of(), Set.of());

    /** Where a connection comes from, seen from its destination. */
    public enum SourceType {
        ANY,
        SAME_IP_OR_LOOPBACK,
        EXTERNAL
    }
}
