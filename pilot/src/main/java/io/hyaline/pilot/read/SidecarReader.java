package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.Protocol;
import io.hyaline.model.SidecarScope;
import io.hyaline.objects.istio.Port;
import io.hyaline.objects.istio.SidecarSpec;
import io.hyaline.objects.istio.Specs;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sidecars. */
public final class SidecarReader {
    private static final Pattern DEFAULT_ENDPOINT =
            Pattern.compile("|unix://.+|(127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\[::1]|\\[::]):\\d{1,5}");

    private SidecarReader() {}

    public static SidecarScope read(GenericKubernetesResource object) {
        SidecarSpec spec = Specs.read(object, SidecarSpec.class);
        return new SidecarScope(
                Metadata.key(object),
                Metadata.created(object),
                spec.workloadSelector() == null
                        ? Map.of()
                        : spec.workloadSelector().labels(),
                spec.ingress().stream().map(SidecarReader::ingress).toList(),
                egress(spec),
                allowAny(spec.outboundTrafficPolicy()));
    }

    private static SidecarScope.Ingress ingress(SidecarSpec.Ingress ingress) {
        Port port = ingress.port();
        if (port == null || port.number() == 0) {
            throw new IllegalArgumentException("an ingress has no port number");
        }
        if (!DEFAULT_ENDPOINT.matcher(ingress.defaultEndpoint()).matches()) {
            throw new IllegalArgumentException("ingress defaultEndpoint \"" + ingress.defaultEndpoint()
                    + "\" is none of 127.0.0.1:port, 0.0.0.0:port and unix://path");
        }
        String protocol = port.protocol().isEmpty() ? port.name() : port.protocol();
        return new SidecarScope.Ingress(
                port.number(), Protocol.select("TCP", "", protocol, port.number()), ingress.defaultEndpoint());
    }

    /** Listeners of single egress entries are not told apart: what any of them names is reachable. */
    private static List<String> egress(SidecarSpec spec) {
        return spec.egress().stream().flatMap(e -> e.hosts().stream()).toList();
    }

    private static @Nullable Boolean allowAny(SidecarSpec.@Nullable OutboundTrafficPolicy policy) {
        if (policy == null) {
            return null;
        }
        return policy.mode() == SidecarSpec.OutboundMode.ALLOW_ANY;
    }
}
