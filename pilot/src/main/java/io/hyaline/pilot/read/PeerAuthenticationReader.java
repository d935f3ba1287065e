package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.MtlsMode;
import io.hyaline.model.PeerAuthentication;
import io.hyaline.objects.istio.PeerAuthenticationSpec;
import io.hyaline.objects.istio.Specs;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** PeerAuthentications. */
public final class PeerAuthenticationReader {
    private PeerAuthenticationReader() {}

    public static PeerAuthentication read(GenericKubernetesResource object) {
        PeerAuthenticationSpec spec = Specs.read(object, PeerAuthenticationSpec.class);
        Map<String, String> selector =
                spec.selector() == null ? Map.of() : spec.selector().matchLabels();
        Map<Integer, MtlsMode> ports = new HashMap<>();
        spec.portLevelMtls().forEach((port, mtls) -> {
            MtlsMode mode = mode(mtls);
            if (mode != null) {
                ports.put(Integer.valueOf(port), mode);
            }
        });
        return new PeerAuthentication(
                Metadata.key(object), Metadata.created(object), selector, mode(spec.mtls()), ports);
    }

    private static @Nullable MtlsMode mode(PeerAuthenticationSpec.@Nullable Mtls mtls) {
        PeerAuthenticationSpec.Mode mode = mtls == null ? null : mtls.mode();
        if (mode == null) {
            return null;
        }
        return switch (mode) {
            case UNSET -> null;
            case DISABLE -> MtlsMode.DISABLE;
            case PERMISSIVE -> MtlsMode.PERMISSIVE;
            case STRICT -> MtlsMode.STRICT;
        };
    }
}
