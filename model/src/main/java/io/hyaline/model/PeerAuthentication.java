package io.hyaline.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A PeerAuthentication; a null mode (also as a value of {@code portModes}, where it is simply left out) inherits.
 *
 * @param portModes by the workload's own port
 */
public record PeerAuthentication(
        ObjectKey key,
        Instant created,
        Map<String, String> selector,
        @Nullable MtlsMode mode,
        Map<Integer, MtlsMode> portModes) {
    private static final Comparator<PeerAuthentication> OLDEST_FIRST =
            Comparator.comparing(PeerAuthentication::created).thenComparing(PeerAuthentication::key);

    public PeerAuthentication {
        selector = Map.copyOf(selector);
        portModes = Map.copyOf(portModes);
    }

    /** The modes that hold for one workload: its own, and those of single ports. */
    public record Effective(MtlsMode mode, Map<Integer, MtlsMode> portModes) {
        public MtlsMode of(int port) {
            return portModes.getOrDefault(port, mode);
        }
    }

    /** Port beats selector beats namespace beats root namespace; among equals the oldest counts. */
    public static Effective effective(
            List<PeerAuthentication> all, String rootNamespace, String namespace, Map<String, String> labels) {
        PeerAuthentication workload = oldest(
                all,
                p -> p.key.namespace().equals(namespace)
                        && !p.selector.isEmpty()
                        && labels.entrySet().containsAll(p.selector.entrySet()));
        MtlsMode meshWide = modeOr(wholeNamespace(all, rootNamespace), MtlsMode.PERMISSIVE);
        MtlsMode inNamespace =
                namespace.equals(rootNamespace) ? meshWide : modeOr(wholeNamespace(all, namespace), meshWide);
        return new Effective(modeOr(workload, inNamespace), workload == null ? Map.of() : workload.portModes);
    }

    private static @Nullable PeerAuthentication wholeNamespace(List<PeerAuthentication> all, String namespace) {
        return oldest(all, p -> p.key.namespace().equals(namespace) && p.selector.isEmpty());
    }

    private static @Nullable PeerAuthentication oldest(
            List<PeerAuthentication> all, Predicate<PeerAuthentication> wanted) {
        return all.stream().filter(wanted).min(OLDEST_FIRST).orElse(null);
    }

    private static MtlsMode modeOr(@Nullable PeerAuthentication policy, MtlsMode inherited) {
        return policy == null || policy.mode == null ? inherited : policy.mode;
    }
}
