package io.hyaline.objects.istio;

import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.util.List;
import java.util.Locale;

/** The kinds that are served, each with its group, its versions (the stored one first) and the record of its spec. */
public enum IstioKind {
    GATEWAY("Gateway", "networking", List.of("v1", "v1beta1", "v1alpha3"), GatewaySpec.class, "gw"),
    VIRTUAL_SERVICE(
            "VirtualService",
            "networking",
            List.of("v1", "v1beta1", "v1alpha3"),
            VirtualServiceSpec.class,
            "vs",
            "Gateways=.spec.gateways",
            "Hosts=.spec.hosts"),
    DESTINATION_RULE(
            "DestinationRule",
            "networking",
            List.of("v1", "v1beta1", "v1alpha3"),
            DestinationRuleSpec.class,
            "dr",
            "Host=.spec.host"),
    SERVICE_ENTRY(
            "ServiceEntry",
            "networking",
            List.of("v1", "v1beta1", "v1alpha3"),
            ServiceEntrySpec.class,
            "se",
            "Hosts=.spec.hosts",
            "Location=.spec.location",
            "Resolution=.spec.resolution"),
    SIDECAR("Sidecar", "networking", List.of("v1", "v1beta1", "v1alpha3"), SidecarSpec.class, ""),
    WORKLOAD_ENTRY(
            "WorkloadEntry",
            "networking",
            List.of("v1", "v1beta1", "v1alpha3"),
            WorkloadEntrySpec.class,
            "we",
            "Address=.spec.address"),
    WORKLOAD_GROUP("WorkloadGroup", "networking", List.of("v1", "v1beta1", "v1alpha3"), WorkloadGroupSpec.class, "wg"),
    ENVOY_FILTER("EnvoyFilter", "networking", List.of("v1alpha3"), EnvoyFilterSpec.class, ""),
    PROXY_CONFIG("ProxyConfig", "networking", List.of("v1beta1"), ProxyConfigSpec.class, ""),
    PEER_AUTHENTICATION(
            "PeerAuthentication",
            "security",
            List.of("v1", "v1beta1"),
            PeerAuthenticationSpec.class,
            "pa",
            "Mode=.spec.mtls.mode"),
    AUTHORIZATION_POLICY(
            "AuthorizationPolicy",
            "security",
            List.of("v1", "v1beta1"),
            AuthorizationPolicySpec.class,
            "ap",
            "Action=.spec.action"),
    REQUEST_AUTHENTICATION(
            "RequestAuthentication", "security", List.of("v1", "v1beta1"), RequestAuthenticationSpec.class, "ra"),
    TELEMETRY("Telemetry", "telemetry", List.of("v1", "v1alpha1"), TelemetrySpec.class, "telemetry"),
    WASM_PLUGIN("WasmPlugin", "extensions", List.of("v1alpha1"), WasmPluginSpec.class, ""),
    ISTIO_GATEWAY(
            "IstioGateway",
            "istio.alibabacloud.com",
            List.of("v1beta1"),
            IstioGatewaySpec.class,
            "",
            "Type=.spec.serviceType",
            "Policy=.spec.externalTrafficPolicy",
            "Address=.status.address");

    private final String kind;
    private final String family;
    private final List<String> versions;
    private final Class<? extends Record> spec;
    private final String shortName;
    private final List<String> columns;

    IstioKind(
            String kind,
            String family,
            List<String> versions,
            Class<? extends Record> spec,
            String shortName,
            String... columns) {
        this.kind = kind;
        this.family = family;
        this.versions = versions;
        this.spec = spec;
        this.shortName = shortName;
        this.columns = List.of(columns);
    }

    public String kind() {
        return kind;
    }

    public String group() {
        return family.contains(".") ? family : family + ".istio.io";
    }

    /** The stored one first. */
    public List<String> versions() {
        return versions;
    }

    public Class<? extends Record> spec() {
        return spec;
    }

    public String singular() {
        return kind.toLowerCase(Locale.ROOT);
    }

    public String plural() {
        String singular = singular();
        if (this == TELEMETRY) {
            return "telemetries";
        }
        return singular.endsWith("y") && !singular.endsWith("ay")
                ? singular.substring(0, singular.length() - 1) + "ies"
                : singular + "s";
    }

    public List<String> shortNames() {
        return shortName.isEmpty() ? List.of() : List.of(shortName);
    }

    public List<String> categories() {
        return family.contains(".") ? List.of() : List.of("istio-io", family + "-istio-io");
    }

    /** Each {@code Name=.json.path}. */
    public List<String> columns() {
        return columns;
    }

    /** For fabric8's generic client. */
    public ResourceDefinitionContext context() {
        return new ResourceDefinitionContext.Builder()
                .withGroup(group())
                .withVersion(versions.getFirst())
                .withKind(kind)
                .withPlural(plural())
                .withNamespaced(true)
                .build();
    }
}
