package io.hyaline.pilot.serve;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.hyaline.model.ContainerPort;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a proxy says of itself in its first request. */
final class NodeReader {
    private static final JsonMapper JSON = new JsonMapper();

    private NodeReader() {}

    /** The id is {@code type~address~pod.namespace~domain}. */
    static ProxyNode read(Node node) {
        String[] parts = node.getId().split("~", -1);
        int dot = parts.length == 4 ? parts[2].lastIndexOf('.') : -1;
        if (dot < 0) {
            throw new IllegalArgumentException(
                    "node id \"" + node.getId() + "\" is not of the form type~address~pod.namespace~domain");
        }
        Map<String, Value> metadata = node.getMetadata().getFieldsMap();
        Map<String, String> texts = new HashMap<>();
        metadata.forEach((key, value) -> {
            if (value.hasStringValue()) {
                texts.put(key, value.getStringValue());
            }
        });
        return new ProxyNode(
                node.getId(),
                kind(parts[0]),
                new ObjectKey(parts[2].substring(dot + 1), parts[2].substring(0, dot)),
                texts.getOrDefault("ISTIO_VERSION", ""),
                labels(metadata),
                texts.getOrDefault("SERVICE_ACCOUNT", ""),
                interception(texts.getOrDefault("INTERCEPTION_MODE", "")),
                addresses(texts.getOrDefault("INSTANCE_IPS", ""), parts[1]),
                ports(metadata.getOrDefault("POD_PORTS", Value.getDefaultInstance())),
                texts);
    }

    private static ProxyNode.Kind kind(String type) {
        return switch (type) {
            case "sidecar" -> ProxyNode.Kind.SIDECAR;
            case "router" -> ProxyNode.Kind.GATEWAY;
            default -> throw new IllegalArgumentException("node type \"" + type + "\" is neither sidecar nor router");
        };
    }

    private static Map<String, String> labels(Map<String, Value> metadata) {
        Struct struct =
                metadata.getOrDefault("LABELS", Value.getDefaultInstance()).getStructValue();
        Map<String, String> labels = new HashMap<>();
        struct.getFieldsMap().forEach((key, value) -> labels.put(key, value.getStringValue()));
        return labels;
    }

    private static InterceptionMode interception(String mode) {
        return Arrays.stream(InterceptionMode.values())
                .filter(m -> m.name().equals(mode))
                .findFirst()
                .orElse(InterceptionMode.REDIRECT);
    }

    /** The id has the primary one. */
    private static List<String> addresses(String instanceIps, String idAddress) {
        List<String> all = Arrays.stream(instanceIps.split(","))
                .map(String::strip)
                .filter(a -> !a.isEmpty())
                .toList();
        if (all.isEmpty()) {
            return List.of(idAddress);
        }
        return all.contains(idAddress)
                ? Stream.concat(Stream.of(idAddress), all.stream().filter(a -> !a.equals(idAddress)))
                        .toList()
                : all;
    }

    /** Istio's agent sends the JSON of the pod's ports as text; a list is understood as well. */
    private static List<ContainerPort> ports(Value value) {
        List<ContainerPort> ports = new ArrayList<>();
        if (value.hasListValue()) {
            for (Value entry : value.getListValue().getValuesList()) {
                Map<String, Value> fields = entry.getStructValue().getFieldsMap();
                ports.add(new ContainerPort(
                        fields.getOrDefault("name", Value.getDefaultInstance()).getStringValue(),
                        (int) fields.getOrDefault("containerPort", Value.getDefaultInstance())
                                .getNumberValue()));
            }
        } else if (!value.getStringValue().isEmpty()) {
            try {
                for (JsonNode port : JSON.readTree(value.getStringValue())) {
                    ports.add(new ContainerPort(
                            port.path("name").asString(""),
                            port.path("containerPort").asInt(0)));
                }
            } catch (JacksonException _) {
                return List.of(); // only named target ports of a pod that is not in the snapshot need it
            }
        }
        return ports;
    }
}
