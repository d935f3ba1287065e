package io.hyaline.proxy.match;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Chooses among filter chains as Envoy does: criterion by criterion, at each step only the most specific group goes on,
 * and there is no way back. A port that some chain names is decided among those chains alone.
 *
 * @see <a
 *     href="https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/listener/v3/listener_components.proto">FilterChainMatch</a>
 */
public final class ChainSelector<C> {

    private static final int NO_MATCH = -1;

    private record Candidate<C>(ChainMatch match, C chain) {}

    private final Map<Integer, List<Candidate<C>>> byPort = new HashMap<>();

    public ChainSelector(List<C> chains, Function<C, ChainMatch> match) {
        for (C chain : chains) {
            ChainMatch criteria = match.apply(chain);
            byPort.computeIfAbsent(criteria.destinationPort(), port -> new ArrayList<>())
                    .add(new Candidate<>(criteria, chain));
        }
    }

    /** The chain for a connection, or null when only the listener's default chain is left. */
    public @Nullable C select(ConnectionFacts facts) {
        List<Candidate<C>> candidates = byPort.get(facts.destinationPort());
        if (candidates == null) {
            candidates = byPort.getOrDefault(0, List.of());
        }
        candidates = best(candidates, m -> longest(m.destinationRanges(), facts.destination()));
        candidates = best(candidates, m -> serverName(m.serverNames(), facts.serverName()));
        candidates = best(candidates, m -> exact(m.transportProtocol(), facts.transportProtocol()));
        candidates = best(candidates, m -> protocol(m.applicationProtocols(), facts.applicationProtocols()));
        candidates = best(candidates, m -> longest(m.directSourceRanges(), facts.directSource()));
        candidates = best(candidates, m -> sourceType(m.sourceType(), facts));
        candidates = best(candidates, m -> longest(m.sourceRanges(), facts.source()));
        candidates = best(
                candidates,
                m -> m.sourcePorts().isEmpty() ? 0 : m.sourcePorts().contains(facts.sourcePort()) ? 1 : NO_MATCH);
        return candidates.isEmpty() ? null : candidates.getFirst().chain();
    }

    private static <C> List<Candidate<C>> best(List<Candidate<C>> candidates, ToIntFunction<ChainMatch> specificity) {
        if (candidates.isEmpty()) {
            return candidates;
        }
        int highest = NO_MATCH;
        List<Candidate<C>> kept = new ArrayList<>(candidates.size());
        for (Candidate<C> candidate : candidates) {
            int rank = specificity.applyAsInt(candidate.match());
            if (rank > highest) {
                highest = rank;
                kept.clear();
            }
            if (rank == highest && rank != NO_MATCH) {
                kept.add(candidate);
            }
        }
        return kept;
    }

    private static int longest(List<Cidr> ranges, InetAddress address) {
        if (ranges.isEmpty()) {
            return 0;
        }
        int longest = NO_MATCH;
        for (Cidr range : ranges) {
            if (range.contains(address)) {
                longest = Math.max(longest, range.bits());
            }
        }
        return longest;
    }

    private static int serverName(List<String> names, String requested) {
        if (names.isEmpty()) {
            return 0;
        }
        int rank = NO_MATCH;
        for (String name : names) {
            if (!requested.isEmpty() && name.equals(requested)) {
                return Integer.MAX_VALUE;
            }
            if (name.startsWith("*.") && requested.endsWith(name.substring(1))) {
                rank = Math.max(rank, name.length());
            } else if (name.isEmpty() || name.equals("*")) {
                rank = Math.max(rank, 0);
            }
        }
        return rank;
    }

    private static int exact(String wanted, String seen) {
        return wanted.isEmpty() ? 0 : wanted.equals(seen) ? 1 : NO_MATCH;
    }

    /** The client's order decides: its first protocol that any chain names wins. */
    private static int protocol(List<String> wanted, List<String> offered) {
        if (wanted.isEmpty()) {
            return 0;
        }
        for (int i = 0; i < offered.size(); i++) {
            if (wanted.contains(offered.get(i))) {
                return offered.size() - i;
            }
        }
        return NO_MATCH;
    }

    private static int sourceType(ChainMatch.SourceType wanted, ConnectionFacts facts) {
        return switch (wanted) {
            case ANY -> 0;
            case SAME_IP_OR_LOOPBACK -> facts.sameIpOrLoopback() ? 1 : NO_MATCH;
            case EXTERNAL -> facts.sameIpOrLoopback() ? NO_MATCH : 1;
        };
    }
}
