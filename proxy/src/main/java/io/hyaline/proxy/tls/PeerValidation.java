package io.hyaline.proxy.tls;

import io.hyaline.proxy.match.TextMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the peer's certificate is judged.
 *
 * @param trustedCaPem the anchors; null means that no certificate is verified
 * @param names the peer must carry one of these names; empty means any
 * @param certificateHashes lower-case hex SHA-256 of accepted certificates; empty means any
 */
public record PeerValidation(
        @Nullable String trustedCaPem, List<SanMatch> names, List<String> certificateHashes, boolean acceptUntrusted) {

    public static final PeerValidation NONE = new PeerValidation(null, List.of(), List.of(), false);

    /** A subject alternative name of one kind. */
    public record SanMatch(SanType type, TextMatch text) {}

    /** The kinds of names, with their numbers in X.509. */
    public enum SanType {
        EMAIL(1),
        DNS(2),
        URI(6),
        IP_ADDRESS(7);

        final int tag;

        SanType(int tag) {
            this.tag = tag;
        }
    }

    /** Whether a client is asked for a certificate, be it optional. */
    boolean asks() {
        return trustedCaPem != null || !certificateHashes.isEmpty() || !names.isEmpty();
    }

    /** This one, completed by what a secret brought: Envoy's combined validation context. */
    PeerValidation combine(PeerValidation dynamic) {
        return new PeerValidation(
                dynamic.trustedCaPem != null ? dynamic.trustedCaPem : trustedCaPem,
                concat(names, dynamic.names),
                concat(certificateHashes, dynamic.certificateHashes),
                acceptUntrusted || dynamic.acceptUntrusted);
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        return second.isEmpty()
                ? first
                : java.util.stream.Stream.concat(first.stream(), second.stream())
                        .toList();
    }
}
