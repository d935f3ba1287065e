package io.hyaline.pilot.read;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;
import io.hyaline.model.AccessLogConfig;
import io.hyaline.model.GatewayTopology;
import io.hyaline.model.MeshConfig;
import io.hyaline.objects.yaml.KubeYaml;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The text under key {@code mesh} of the ConfigMap {@code istio}. */
public final class MeshConfigReader {
    private static final Set<String> CERT_DETAILS =
            Set.of("SANITIZE", "FORWARD_ONLY", "APPEND_FORWARD", "SANITIZE_SET", "ALWAYS_FORWARD_ONLY", "UNDEFINED");

    private MeshConfigReader() {}

    /** Absent settings have Istio's defaults; a setting of a wrong type or value is refused by its name. */
    public static MeshConfig read(String yaml) {
        Map<?, ?> mesh = document(yaml, "mesh");
        MeshConfig d = MeshConfig.DEFAULT;
        Map<?, ?> proxy = map(mesh, "defaultConfig");
        return new MeshConfig(
                text(mesh, "rootNamespace", d.rootNamespace()),
                text(mesh, "trustDomain", d.trustDomain()),
                accessLog(mesh),
                !choice(map(mesh, "outboundTrafficPolicy"), "mode", Set.of("ALLOW_ANY", "REGISTRY_ONLY"), "ALLOW_ANY")
                        .equals("REGISTRY_ONLY"),
                choice(map(mesh, "inboundTrafficPolicy"), "mode", Set.of("PASSTHROUGH", "LOCALHOST"), "PASSTHROUGH")
                        .equals("LOCALHOST"),
                flag(mesh, "enableAutoMtls", d.autoMtls()),
                duration(mesh, "protocolDetectionTimeout", d.protocolDetectionTimeout()),
                duration(mesh, "connectTimeout", d.connectTimeout()),
                topology(map(proxy, "gatewayTopology")));
    }

    /** What the annotation {@code proxy.istio.io/config} of a pod says of what stands in front of it. */
    static GatewayTopology topology(String proxyConfigYaml) {
        return topology(map(document(proxyConfigYaml, "proxy.istio.io/config"), "gatewayTopology"));
    }

    private static Map<?, ?> document(String yaml, String what) {
        List<Object> documents = KubeYaml.documents(yaml);
        return documents.isEmpty() ? Map.of() : map(documents.getFirst(), what);
    }

    private static AccessLogConfig accessLog(Map<?, ?> mesh) {
        String encoding = choice(mesh, "accessLogEncoding", Set.of("TEXT", "JSON"), "TEXT");
        String format = text(mesh, "accessLogFormat", "");
        if (encoding.equals("JSON") && !format.isEmpty()) {
            try {
                JsonFormat.parser().merge(format, Struct.newBuilder());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalArgumentException("accessLogFormat is not a JSON object: " + e.getMessage(), e);
            }
        }
        return new AccessLogConfig(text(mesh, "accessLogFile", ""), AccessLogConfig.Encoding.valueOf(encoding), format);
    }

    private static GatewayTopology topology(Map<?, ?> topology) {
        Object hops = topology.get("numTrustedProxies");
        if (hops != null && !(hops instanceof Integer)) {
            throw new IllegalArgumentException("numTrustedProxies is not a number: " + hops);
        }
        String details = choice(topology, "forwardClientCertDetails", CERT_DETAILS, "UNDEFINED");
        return new GatewayTopology(
                hops == null ? 0 : (Integer) hops,
                details.equals("UNDEFINED") ? "" : details,
                topology.containsKey("proxyProtocol"));
    }

    private static Map<?, ?> map(Map<?, ?> from, String key) {
        Object value = from.get(key);
        return value == null ? Map.of() : map(value, key);
    }

    private static Map<?, ?> map(Object value, String key) {
        if (value instanceof Map<?, ?> map) {
            return map;
        }
        throw new IllegalArgumentException(key + " is not an object: " + value);
    }

    private static String text(Map<?, ?> from, String key, String absent) {
        Object value = from.get(key);
        return value == null ? absent : value.toString();
    }

    private static String choice(Map<?, ?> from, String key, Set<String> choices, String absent) {
        String value = text(from, key, absent);
        if (!choices.contains(value)) {
            throw new IllegalArgumentException(key + " is \"" + value + "\"; known are "
                    + choices.stream().sorted().toList());
        }
        return value;
    }

    private static boolean flag(Map<?, ?> from, String key, boolean absent) {
        Object value = from.get(key);
        if (value == null) {
            return absent;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException(key + " is neither true nor false: " + value);
    }

    private static Duration duration(Map<?, ?> from, String key, Duration absent) {
        return Durations.read(key, text(from, key, ""), absent);
    }
}
