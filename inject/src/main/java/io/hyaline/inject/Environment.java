package io.hyaline.inject;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The environment of istio-proxy, in Istio's order: what the agent needs to introduce its proxy to the control plane. */
final class Environment {

    private final List<ObjectNode> variables = new ArrayList<>();

    private Environment() {}

    static List<ObjectNode> of(Pod pod, ProxySettings settings, InjectionConfig config) {
        Environment env = new Environment();
        Workload workload = Workload.of(pod);
        InjectionConfig.Mesh mesh = config.mesh();
        env.value("PILOT_CERT_PROVIDER", "istiod");
        env.value("CA_ADDR", mesh.caAddress());
        env.field("POD_NAME", "metadata.name");
        env.field("POD_NAMESPACE", "metadata.namespace");
        env.field("INSTANCE_IP", "status.podIP");
        env.field("SERVICE_ACCOUNT", "spec.serviceAccountName");
        env.field("HOST_IP", "status.hostIP");
        env.resource("ISTIO_CPU_LIMIT", "limits.cpu");
        env.value("PROXY_CONFIG", settings.differences().toString());
        env.value("ISTIO_META_POD_PORTS", ports(pod));
        env.value(
                "ISTIO_META_APP_CONTAINERS",
                pod.applicationContainers().stream()
                        .map(container -> Tree.text(container, "name"))
                        .collect(Collectors.joining(",")));
        env.resource("GOMEMLIMIT", "limits.memory");
        env.value("ISTIO_META_CLUSTER_ID", mesh.clusterId());
        env.field("ISTIO_META_NODE_NAME", "spec.nodeName");
        env.value("ISTIO_META_INTERCEPTION_MODE", settings.mode().name());
        if (!workload.name().isEmpty()) {
            env.value("ISTIO_META_WORKLOAD_NAME", workload.name());
            env.value("ISTIO_META_OWNER", workload.owner(pod.namespace()));
        }
        env.value("ISTIO_META_MESH_ID", mesh.meshId());
        env.value("TRUST_DOMAIN", mesh.trustDomain());
        settings.metadata().forEach(env::value);
        return env.variables;
    }

    private static String ports(Pod pod) {
        ArrayNode ports = Tree.MAPPER.createArrayNode();
        for (ObjectNode container : pod.applicationContainers()) {
            Tree.objects(container.path("ports")).forEach(ports::add);
        }
        return ports.toString();
    }

    private void value(String name, String value) {
        variables.add(Tree.object("name", name, "value", value));
    }

    private void field(String name, String path) {
        variables.add(Tree.object("name", name, "valueFrom", Tree.object("fieldRef", Tree.object("fieldPath", path))));
    }

    private void resource(String name, String resource) {
        variables.add(Tree.object(
                "name", name, "valueFrom", Tree.object("resourceFieldRef", Tree.object("resource", resource))));
    }
}
