package io.hyaline.runtime.gateways;

import io.hyaline.objects.istio.IstioGatewaySpec;
import io.hyaline.objects.istio.IstioGatewaySpec.GatewayPort;
import io.hyaline.objects.istio.IstioGatewaySpec.GatewayType;
import io.hyaline.objects.istio.IstioGatewaySpec.Resources;
import io.hyaline.objects.istio.IstioGatewaySpec.ServiceType;
import io.hyaline.objects.istio.IstioGatewaySpec.TrafficPolicy;
import io.hyaline.objects.yaml.KubeYaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The objects that an IstioGateway wants, as trees: service account, service, deployment. */
record GatewayPlan(ObjectNode account, ObjectNode service, ObjectNode deployment) {

    private static final String TEMPLATE = "gateway.yaml";
    private static final int MOST_REPLICAS = 100;
    private static final int HIGHEST_PORT = 65535;
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final List<GatewayPort> USUAL_PORTS = List.of(
            new GatewayPort("status-port", 15021, 15021, null, "TCP"),
            new GatewayPort("http2", 80, 80, null, "TCP"),
            new GatewayPort("https", 443, 443, null, "TCP"));

    /** How its objects are called. */
    static String name(String gateway) {
        return "istio-" + gateway;
    }

    /** @throws IllegalArgumentException naming the field that cannot be */
    static GatewayPlan of(String namespace, String gateway, IstioGatewaySpec spec) {
        List<Object> documents = KubeYaml.documents(template()
                .replace("NAMESPACE", namespace)
                .replace("GATEWAY", gateway)
                .replaceAll("\\bNAME\\b", name(gateway)));
        List<ObjectNode> trees = documents.stream()
                .map(GatewayPlan::tree)
                .filter(t -> !t.isEmpty())
                .toList();
        GatewayPlan plan = new GatewayPlan(trees.get(0), trees.get(1), trees.get(2));
        trees.forEach(tree -> ((ObjectNode) tree.get("metadata")).put("namespace", namespace));
        plan.fillService(spec);
        plan.fillDeployment(spec);
        return plan;
    }

    /** So that clients of either find the gateway. */
    void askForBothFamilies() {
        at(service, "spec").put("ipFamilyPolicy", "PreferDualStack");
    }

    private void fillService(IstioGatewaySpec spec) {
        ObjectNode metadata = at(service, "metadata");
        add(metadata, "labels", spec.serviceLabels());
        add(metadata, "annotations", spec.serviceAnnotations());
        ObjectNode wanted = at(service, "spec");
        ServiceType type = type(spec);
        wanted.put("type", type.name());
        if (type != ServiceType.ClusterIP) {
            wanted.put(
                    "externalTrafficPolicy",
                    Objects.requireNonNullElse(spec.externalTrafficPolicy(), TrafficPolicy.Cluster)
                            .name());
        }
        if (!spec.loadBalancerIP().isEmpty()) {
            wanted.put("loadBalancerIP", spec.loadBalancerIP());
        }
        if (!spec.loadBalancerSourceRanges().isEmpty()) {
            ArrayNode ranges = wanted.putArray("loadBalancerSourceRanges");
            spec.loadBalancerSourceRanges().forEach(ranges::add);
        }
        ports(spec).forEach(wanted.withArray("ports")::add);
    }

    /** An egress gateway is called from inside. */
    private static ServiceType type(IstioGatewaySpec spec) {
        ServiceType usual = spec.gatewayType() == GatewayType.egress ? ServiceType.ClusterIP : ServiceType.LoadBalancer;
        return Objects.requireNonNullElse(spec.serviceType(), usual);
    }

    private static List<ObjectNode> ports(IstioGatewaySpec spec) {
        List<ObjectNode> ports = new ArrayList<>();
        Set<String> names = new HashSet<>();
        Set<String> numbers = new HashSet<>();
        for (GatewayPort port : spec.ports().isEmpty() ? USUAL_PORTS : spec.ports()) {
            String protocol =
                    port.protocol().isEmpty() ? "TCP" : port.protocol().toUpperCase(Locale.ROOT);
            String name = port.name().isEmpty() ? "port-" + port.port() : port.name();
            check(protocol.matches("TCP|UDP"), "port " + name + ": protocol " + protocol + " must be TCP or UDP");
            check(
                    port.port() >= 1 && port.port() <= HIGHEST_PORT,
                    "port " + name + ": " + port.port() + " is no port number");
            check(names.add(name), "two ports are called " + name);
            check(numbers.add(protocol + port.port()), "two ports have the number " + port.port());
            ObjectNode tree = MAPPER.createObjectNode();
            tree.put("name", name);
            tree.put("protocol", protocol);
            tree.put("port", port.port());
            tree.put("targetPort", Objects.requireNonNullElse(port.targetPort(), port.port()));
            if (port.nodePort() != null) {
                tree.put("nodePort", port.nodePort());
            }
            ports.add(tree);
        }
        return ports;
    }

    private void fillDeployment(IstioGatewaySpec spec) {
        int replicas = Objects.requireNonNullElse(spec.replicaCount(), 1);
        check(replicas >= 0 && replicas <= MOST_REPLICAS, "replicaCount " + replicas + ": 0 to " + MOST_REPLICAS);
        at(deployment, "spec").put("replicas", replicas);
        ObjectNode template = at(deployment, "spec", "template");
        spec.podLabels().keySet().forEach(key -> {
            boolean own = template.path("metadata").path("labels").has(key);
            check(!own, "podLabels: " + key + " is the gateway's own");
        });
        add(at(template, "metadata"), "labels", spec.podLabels());
        add(at(template, "metadata"), "annotations", spec.podAnnotations());
        JsonNode selector = spec.nodeSelector();
        if (selector != null && !selector.isEmpty()) {
            at(template, "spec").set("nodeSelector", selector.deepCopy());
        }
        Resources resources = spec.resources();
        if (resources != null) {
            ObjectNode container =
                    (ObjectNode) template.path("spec").path("containers").path(0);
            ObjectNode wanted = container.putObject("resources");
            add(wanted, "requests", resources.requests());
            add(wanted, "limits", resources.limits());
        }
    }

    private static void add(ObjectNode holder, String field, Map<String, String> values) {
        if (!values.isEmpty()) {
            ObjectNode target = at(holder, field);
            values.forEach(target::put);
        }
    }

    private static ObjectNode at(ObjectNode tree, String... path) {
        ObjectNode at = tree;
        for (String step : path) {
            at = at.get(step) instanceof ObjectNode child ? child : at.putObject(step);
        }
        return at;
    }

    private static void check(boolean good, String problem) {
        if (!good) {
            throw new IllegalArgumentException("spec." + problem);
        }
    }

    /** Through text, so that numbers have the types that they have when they are read again. */
    private static ObjectNode tree(Object document) {
        return MAPPER.readTree(MAPPER.writeValueAsString(document)) instanceof ObjectNode object
                ? object
                : MAPPER.createObjectNode();
    }

    private static String template() {
        try (InputStream in = GatewayPlan.class.getResourceAsStream(TEMPLATE)) {
            return new String(Objects.requireNonNull(in, TEMPLATE).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(TEMPLATE, e);
        }
    }
}
