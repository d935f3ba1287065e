package io.hyaline.objects.istio;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code security.istio.io} PeerAuthentication. */
public record PeerAuthenticationSpec(
        @Nullable LabelSelector selector, @Nullable Mtls mtls, Map<String, Mtls> portLevelMtls) {
    public enum Mode {
        UNSET,
        DISABLE,
        PERMISSIVE,
        STRICT
    }

    public record Mtls(@Nullable Mode mode) {}
}
