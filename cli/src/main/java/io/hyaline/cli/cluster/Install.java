package io.hyaline.cli.cluster;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServicePortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.hyaline.inject.WebhookConfiguration;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.objects.istio.crd.IstioCrds;
import io.hyaline.pilot.admit.AdmissionWebhook;
import io.hyaline.runtime.net.Ip;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The objects that a cluster has before anybody brings any: Istio's kinds, the control plane's Service, the webhook. */
final class Install {

    private static final String SYSTEM = "istio-system";
    private static final PatchContext APPLY = new PatchContext.Builder()
            .withPatchType(PatchType.SERVER_SIDE_APPLY)
            .withFieldManager("hyaline-up")
            .withForce(true)
            .build();

    private final KubernetesClient client;

    Install(KubernetesClient client) {
        this.client = client;
    }

    /** What pilot and runtime expect to find. */
    void base(String controlPlaneAddress) {
        apply(new NamespaceBuilder()
                .withNewMetadata()
                .withName(SYSTEM)
                .endMetadata()
                .build());
        IstioCrds.all().forEach(this::apply);
        controlPlaneService(controlPlaneAddress);
    }

    /** Injection for new pods of namespace {@code default}, as the seed document has it. */
    void injection(String caPem) {
        client.load(new ByteArrayInputStream(
                        WebhookConfiguration.manifest("default", caPem).getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(this::apply);
        if (!client.namespaces()
                .withName("default")
                .get()
                .getMetadata()
                .getLabels()
                .containsKey("istio-injection")) {
            client.namespaces()
                    .withName("default")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"metadata\":{\"labels\":{\"istio-injection\":\"enabled\"}}}");
        }
    }

    /** Istio's objects are looked at before they are taken. */
    void validation(String caPem) {
        apply(AdmissionWebhook.configuration(caPem));
    }

    /** The gateway that a mesh has from the start; one that is there is left as it is. */
    void gateway() {
        GenericKubernetesResource gateway = new GenericKubernetesResourceBuilder()
                .withApiVersion(IstioKind.ISTIO_GATEWAY.group() + "/"
                        + IstioKind.ISTIO_GATEWAY.versions().getFirst())
                .withKind(IstioKind.ISTIO_GATEWAY.kind())
                .withNewMetadata()
                .withName("ingressgateway")
                .withNamespace(SYSTEM)
                .endMetadata()
                .addToAdditionalProperties(
                        "spec",
                        Map.of(
                                "gatewayType",
                                "ingress",
                                "replicaCount",
                                1,
                                "serviceType",
                                "LoadBalancer",
                                "externalTrafficPolicy",
                                "Cluster",
                                "ports",
                                List.of(
                                        gatewayPort("status-port", 15021),
                                        gatewayPort("http2", 80),
                                        gatewayPort("https", 443))))
                .build();
        if (client.resource(gateway).get() == null) {
            client.resource(gateway).create();
        }
    }

    private static Map<String, Object> gatewayPort(String name, int port) {
        return Map.of("name", name, "port", port, "targetPort", port);
    }

    private void controlPlaneService(String address) {
        apply(new ServiceBuilder()
                .withNewMetadata()
                .withName("istiod")
                .withNamespace(SYSTEM)
                .withLabels(Map.of("app", "istiod", "istio", "pilot"))
                .endMetadata()
                .withNewSpec()
                .withPorts(List.of(
                        port("grpc-xds", Ports.XDS, Ports.XDS),
                        port("https-dns", Ports.XDS_TLS, Ports.XDS_TLS),
                        port("https-webhook", 443, Ports.WEBHOOK),
                        port("http-monitoring", Ports.DEBUG, Ports.DEBUG)))
                .endSpec()
                .build());
        apply(new EndpointSliceBuilder()
                .withNewMetadata()
                .withName("istiod-host")
                .withNamespace(SYSTEM)
                .withLabels(Map.of(
                        "kubernetes.io/service-name", "istiod", "endpointslice.kubernetes.io/managed-by", "hyaline-up"))
                .endMetadata()
                .withAddressType(Ip.of(address).orElseThrow().api())
                .withPorts(List.of(
                        endpointPort("grpc-xds", Ports.XDS),
                        endpointPort("https-dns", Ports.XDS_TLS),
                        endpointPort("https-webhook", Ports.WEBHOOK),
                        endpointPort("http-monitoring", Ports.DEBUG)))
                .addNewEndpoint()
                .withAddresses(address)
                .withNewConditions()
                .withReady(true)
                .withServing(true)
                .withTerminating(false)
                .endConditions()
                .endEndpoint()
                .build());
    }

    private static ServicePort port(String name, int port, int target) {
        return new ServicePortBuilder()
                .withName(name)
                .withPort(port)
                .withNewTargetPort(target)
                .withProtocol("TCP")
                .build();
    }

    private static EndpointPort endpointPort(String name, int port) {
        return new EndpointPortBuilder()
                .withName(name)
                .withPort(port)
                .withProtocol("TCP")
                .build();
    }

    private void apply(HasMetadata object) {
        client.resource(object).patch(APPLY);
    }
}
