package io.hyaline.pilot.check;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.objects.istio.DestinationRuleSpec;
import io.hyaline.objects.istio.EnvoyFilterSpec;
import io.hyaline.objects.istio.GatewaySpec;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.objects.istio.PeerAuthenticationSpec;
import io.hyaline.objects.istio.ServiceEntrySpec;
import io.hyaline.objects.istio.SidecarSpec;
import io.hyaline.objects.istio.Specs;
import io.hyaline.objects.istio.VirtualServiceSpec;
import io.hyaline.pilot.read.DestinationRuleReader;
import io.hyaline.pilot.read.EnvoyFilterReader;
import io.hyaline.pilot.read.GatewayReader;
import io.hyaline.pilot.read.PeerAuthenticationReader;
import io.hyaline.pilot.read.ServiceEntryReader;
import io.hyaline.pilot.read.SidecarReader;
import io.hyaline.pilot.read.VirtualServiceReader;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** The way in: any Istio object, and what is wrong with it. */
public final class Checks {
    private static final String ANY_DOMAIN = "cluster.local";

    private Checks() {}

    /** Nothing for kinds of other groups. */
    public static List<Fault> of(GenericKubernetesResource object) {
        Faults faults = new Faults();
        try {
            kind(object).ifPresent(kind -> check(kind, object, faults));
            if (faults.all().stream().noneMatch(Fault::isError)) {
                kind(object).ifPresent(kind -> read(kind, object));
            }
        } catch (IllegalArgumentException e) {
            faults.error("spec", Objects.requireNonNullElse(e.getMessage(), e.toString()));
        }
        return faults.all();
    }

    /** @throws IllegalArgumentException with everything that makes the object unusable */
    public static void requireUsable(GenericKubernetesResource object) {
        String reasons =
                of(object).stream().filter(Fault::isError).map(Fault::text).collect(Collectors.joining("; "));
        if (!reasons.isEmpty()) {
            throw new IllegalArgumentException(reasons);
        }
    }

    private static java.util.Optional<IstioKind> kind(GenericKubernetesResource object) {
        String group = object.getApiVersion().contains("/")
                ? object.getApiVersion().substring(0, object.getApiVersion().indexOf('/'))
                : "";
        return Arrays.stream(IstioKind.values())
                .filter(k -> k.kind().equals(object.getKind()) && k.group().equals(group))
                .findFirst();
    }

    private static void check(IstioKind kind, GenericKubernetesResource object, Faults faults) {
        switch (kind) {
            case GATEWAY -> new GatewayCheck(faults).check(Specs.read(object, GatewaySpec.class));
            case VIRTUAL_SERVICE -> new VirtualServiceCheck(faults).check(Specs.read(object, VirtualServiceSpec.class));
            case DESTINATION_RULE ->
                new DestinationRuleCheck(faults).check(Specs.read(object, DestinationRuleSpec.class));
            case SERVICE_ENTRY -> new ServiceEntryCheck(faults).check(Specs.read(object, ServiceEntrySpec.class));
            case ENVOY_FILTER -> new EnvoyFilterCheck(faults).check(Specs.read(object, EnvoyFilterSpec.class));
            case PEER_AUTHENTICATION ->
                new PeerAuthenticationCheck(faults).check(Specs.read(object, PeerAuthenticationSpec.class));
            case SIDECAR -> new SidecarCheck(faults).check(Specs.read(object, SidecarSpec.class));
            case AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION ->
                faults.error("kind", kind.kind() + " is not supported: nothing would be enforced, though it looks so");
            case WORKLOAD_ENTRY, WORKLOAD_GROUP ->
                faults.error("kind", kind.kind() + " is not supported; list endpoints in a ServiceEntry");
            case TELEMETRY, WASM_PLUGIN, PROXY_CONFIG ->
                faults.error("kind", kind.kind() + " is not supported: it would have no effect");
            case ISTIO_GATEWAY -> {} // its controller says in the status what it makes of it
        }
    }

    /** Whatever the pilot would refuse to read must not pass. */
    private static void read(IstioKind kind, GenericKubernetesResource object) {
        switch (kind) {
            case GATEWAY -> GatewayReader.read(object);
            case VIRTUAL_SERVICE -> VirtualServiceReader.read(object, ANY_DOMAIN);
            case DESTINATION_RULE -> DestinationRuleReader.read(object, ANY_DOMAIN);
            case SERVICE_ENTRY -> ServiceEntryReader.read(object);
            case ENVOY_FILTER -> EnvoyFilterReader.read(object);
            case PEER_AUTHENTICATION -> PeerAuthenticationReader.read(object);
            case SIDECAR -> SidecarReader.read(object);
            case AUTHORIZATION_POLICY,
                    REQUEST_AUTHENTICATION,
                    WORKLOAD_ENTRY,
                    WORKLOAD_GROUP,
                    TELEMETRY,
                    WASM_PLUGIN,
                    PROXY_CONFIG,
                    ISTIO_GATEWAY -> {}
        }
    }
}
