package io.hyaline.runtime.sidecar;

import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.objects.yaml.KubeYaml;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An Envoy bootstrap for a sidecar, as Istio's agent writes it, and who the sidecar is.
 *
 * @param addresses the pod's, that of the primary family first
 * @param controlPlane address of the control plane, without port
 */
record Bootstrap(ContainerRequest request, List<String> addresses, String controlPlane, Reader reader) {

    static final String CONTROL_PLANE_NAME = "istiod.istio-system.svc";
    static final String SDS_DIRECTORY = "/var/run/secrets/workload-spiffe-uds";
    private static final String PROXY_CONFIG = "proxy.istio.io/config";
    private static final int PORT = 15012;
    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int OUTBOUND_MARK = 1338;

    /** Who reads it, and so whose paths it holds. */
    enum Reader {
        /** A process of the node, outside of the pod; it makes the workload's key itself. */
        NODE,
        /** Hyaline's proxy in the container; it makes the workload's key itself. */
        OWN_CONTAINER,
        /** Envoy in the container; its agent makes the key, and Envoy shows the certificate to the control plane too. */
        ENVOY
    }

    /** @throws MissingReferenceException while there is no control plane */
    static Bootstrap of(ContainerRequest request, Supplier<@Nullable String> controlPlane, Reader reader) {
        String found = controlPlane.get();
        if (found == null) {
            throw new MissingReferenceException(
                    "service istio-system/istiod not found; start the control plane, 'hyaline pilot', first");
        }
        return new Bootstrap(request, request.sandbox().net().addresses(), found, reader);
    }

    /** Writes a file of this run of the container, on the host. */
    Path write(String name, Map<String, Object> content) {
        Path file = request.directory().resolve(name);
        try {
            Files.createDirectories(request.directory());
            Files.writeString(file, Json.write(content));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    /**
     * What our proxy, or an agent of ours, is told of the pod.
     *
     * @param bootstrap where its reader finds this bootstrap
     */
    Map<String, Object> description(String bootstrap) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("id", pod().getMetadata().getUid());
        description.put("pod", namespace() + "/" + pod().getMetadata().getName());
        description.put("bootstrap", bootstrap);
        description.put("identity", identity());
        description.put("env", request.env());
        if (reader == Reader.NODE) {
            description.put("netns", "/proc/" + request.sandbox().initPid() + "/ns/net");
        }
        return description;
    }

    private Pod pod() {
        return request.pod();
    }

    private String env(String name, String otherwise) {
        return request.env().getOrDefault(name, otherwise);
    }

    private String namespace() {
        return pod().getMetadata().getNamespace();
    }

    private Map<String, String> labels() {
        return Objects.requireNonNullElse(pod().getMetadata().getLabels(), Map.of());
    }

    private String account() {
        return Objects.requireNonNullElse(pod().getSpec().getServiceAccountName(), "default");
    }

    /** The bootstrap as a tree; written as JSON. */
    Map<String, Object> tree() {
        Map<String, Object> node = new LinkedHashMap<>();
        String name = pod().getMetadata().getName();
        node.put(
                "id",
                (router() ? "router~" : "sidecar~") + addresses.getFirst() + "~" + name + "." + namespace() + "~"
                        + namespace() + ".svc.cluster.local");
        node.put(
                "cluster",
                labels().getOrDefault("app", env("ISTIO_META_WORKLOAD_NAME", "istio-proxy")) + "." + namespace());
        node.put("metadata", metadata());
        Map<String, Object> ads = Map.of("ads", Map.of(), "resource_api_version", "V3");
        Map<String, Object> dynamic = new LinkedHashMap<>();
        dynamic.put("lds_config", ads);
        dynamic.put("cds_config", ads);
        dynamic.put(
                "ads_config",
                Map.of(
                        "api_type",
                        "GRPC",
                        "transport_api_version",
                        "V3",
                        "set_node_on_first_message_only",
                        true,
                        "grpc_services",
                        List.of(Map.of("envoy_grpc", Map.of("cluster_name", "xds-grpc")))));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("node", node);
        tree.put("dynamic_resources", dynamic);
        tree.put("static_resources", Map.of("clusters", List.of(xdsCluster(), sdsCluster())));
        tree.put("admin", Map.of("address", socket(ipv6Only() ? "::1" : "127.0.0.1", 15000)));
        if (reader == Reader.ENVOY) {
            tree.put("cluster_manager", Map.of("upstream_bind_config", Map.of("socket_options", List.of(mark()))));
        }
        return tree;
    }

    /** Whether the pod has no address of IPv4. */
    boolean ipv6Only() {
        return addresses.stream().allMatch(a -> Ip.V6.parse(a).isPresent());
    }

    private Map<String, Object> metadata() {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("ISTIO_VERSION", "1.x");
        metadata.put("NAME", pod().getMetadata().getName());
        metadata.put("NAMESPACE", namespace());
        metadata.put("SERVICE_ACCOUNT", account());
        metadata.put("LABELS", labels());
        metadata.put(
                "WORKLOAD_NAME",
                env("ISTIO_META_WORKLOAD_NAME", pod().getMetadata().getName()));
        metadata.put("OWNER", env("ISTIO_META_OWNER", ""));
        metadata.put("CLUSTER_ID", env("ISTIO_META_CLUSTER_ID", "Kubernetes"));
        metadata.put("MESH_ID", env("ISTIO_META_MESH_ID", "cluster.local"));
        metadata.put(
                "NODE_NAME",
                env(
                        "ISTIO_META_NODE_NAME",
                        Objects.requireNonNullElse(pod().getSpec().getNodeName(), "")));
        if (!router()) {
            metadata.put("INTERCEPTION_MODE", env("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"));
        }
        metadata.put("APP_CONTAINERS", env("ISTIO_META_APP_CONTAINERS", ""));
        metadata.put("POD_PORTS", env("ISTIO_META_POD_PORTS", "[]"));
        metadata.put("PROXY_CONFIG", proxyConfig());
        metadata.put("INSTANCE_IPS", String.join(",", addresses));
        request.env().forEach((key, value) -> {
            String plain = key.startsWith("ISTIO_META_") ? key.substring("ISTIO_META_".length()) : "";
            if (!plain.isEmpty()) {
                metadata.putIfAbsent(plain, value);
            }
        });
        return metadata;
    }

    /** Whether it is a gateway, which nothing is captured for. */
    private boolean router() {
        return ProxyImage.isRouter(request);
    }

    /** Injection hands it over as JSON; whom nobody injects has it in the annotation, as YAML. */
    private Map<String, Object> proxyConfig() {
        String text = env("PROXY_CONFIG", "").strip();
        if (!text.isEmpty()) {
            return Json.read(text);
        }
        Map<String, String> annotations =
                Objects.requireNonNullElse(pod().getMetadata().getAnnotations(), Map.of());
        Map<String, Object> config = new LinkedHashMap<>();
        for (Object document : KubeYaml.documents(annotations.getOrDefault(PROXY_CONFIG, ""))) {
            if (!(document instanceof Map<?, ?> settings)) {
                throw new IllegalArgumentException(
                        "annotation " + PROXY_CONFIG + " is no map of settings: " + document);
            }
            settings.forEach((key, value) -> config.put(String.valueOf(key), value));
        }
        return config;
    }

    private Map<String, Object> xdsCluster() {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("name", "xds-grpc");
        cluster.put("type", "STATIC");
        cluster.put("connect_timeout", "1s");
        cluster.put("load_assignment", assignment("xds-grpc", socket(controlPlane, PORT)));
        cluster.put("typed_extension_protocol_options", http2());
        Map<String, Object> validation = new LinkedHashMap<>();
        validation.put("trusted_ca", Map.of("filename", rootCertificate().toString()));
        validation.put(
                "match_typed_subject_alt_names",
                List.of(Map.of("san_type", "DNS", "matcher", Map.of("exact", CONTROL_PLANE_NAME))));
        Map<String, Object> tls = new LinkedHashMap<>();
        tls.put("@type", "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext");
        tls.put("sni", CONTROL_PLANE_NAME);
        Map<String, Object> common = new LinkedHashMap<>();
        common.put("alpn_protocols", List.of("h2"));
        common.put("validation_context", validation);
        if (reader == Reader.ENVOY) {
            common.put("tls_certificate_sds_secret_configs", List.of(ownCertificate()));
        }
        tls.put("common_tls_context", common);
        cluster.put("transport_socket", Map.of("name", "envoy.transport_sockets.tls", "typed_config", tls));
        return cluster;
    }

    /** By which capture knows the proxy's own connections. */
    private static Map<String, Object> mark() {
        return Map.of(
                "description",
                "the proxy's own",
                "level",
                SOL_SOCKET,
                "name",
                SO_MARK,
                "int_value",
                OUTBOUND_MARK,
                "state",
                "STATE_PREBIND");
    }

    private static Map<String, Object> ownCertificate() {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("api_type", "GRPC");
        source.put("transport_api_version", "V3");
        source.put("grpc_services", List.of(Map.of("envoy_grpc", Map.of("cluster_name", "sds-grpc"))));
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("api_config_source", source);
        config.put("resource_api_version", "V3");
        config.put("initial_fetch_timeout", "0s");
        return Map.of("name", "default", "sds_config", config);
    }

    private static Map<String, Object> sdsCluster() {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("name", "sds-grpc");
        cluster.put("type", "STATIC");
        cluster.put("connect_timeout", "1s");
        cluster.put("typed_extension_protocol_options", http2());
        cluster.put(
                "load_assignment", assignment("sds-grpc", Map.of("pipe", Map.of("path", SDS_DIRECTORY + "/socket"))));
        return cluster;
    }

    private static Map<String, Object> http2() {
        return Map.of(
                "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                Map.of(
                        "@type",
                        "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
                        "explicit_http_config",
                        Map.of("http2_protocol_options", Map.of())));
    }

    private static Map<String, Object> assignment(String cluster, Map<String, Object> address) {
        return Map.of(
                "cluster_name",
                cluster,
                "endpoints",
                List.of(Map.of("lb_endpoints", List.of(Map.of("endpoint", Map.of("address", address))))));
    }

    private static Map<String, Object> socket(String address, int port) {
        return Map.of("socket_address", Map.of("address", address, "port_value", port));
    }

    /** What Hyaline's own proxy needs to get its certificate; see the contract of the shared proxy. */
    Map<String, Object> identity() {
        Map<String, Object> identity = new LinkedHashMap<>();
        identity.put("caAddress", Ip.target(controlPlane, PORT));
        identity.put("caName", CONTROL_PLANE_NAME);
        identity.put("caRoot", rootCertificate().toString());
        identity.put("token", mounted("/var/run/secrets/tokens", "istio-token").toString());
        identity.put("namespace", namespace());
        identity.put("serviceAccount", account());
        identity.put("trustDomain", env("TRUST_DOMAIN", "cluster.local"));
        return identity;
    }

    private Path rootCertificate() {
        return mounted("/var/run/secrets/istio", "root-cert.pem");
    }

    /** The reader's path of a file that the container mounts. */
    private Path mounted(String target, String file) {
        Path source = reader == Reader.NODE ? source(target) : Path.of(target);
        if (source == null) {
            List<String> targets = new ArrayList<>();
            request.binds().forEach(b -> targets.add(b.target()));
            throw new IllegalArgumentException("container " + request.spec().getName() + " mounts nothing at " + target
                    + " (only " + targets + "); was the pod injected by a webhook of another version?");
        }
        return source.resolve(file);
    }

    private @Nullable Path source(String target) {
        return request.binds().stream()
                .filter(b -> b.target().equals(target))
                .map(ContainerRequest.Bind::source)
                .findFirst()
                .orElse(null);
    }
}
