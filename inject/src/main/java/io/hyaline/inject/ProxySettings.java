package io.hyaline.inject;

import io.hyaline.capture.plan.InterceptionMode;
import io.hyaline.capture.plan.PlanException;
import io.hyaline.capture.plan.TrafficAnnotations;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one pod's annotations make of the mesh's settings, checked.
 *
 * @param initArguments of istio-init
 * @param differences from the mesh's proxy configuration, for PROXY_CONFIG
 * @param metadata environment for the proxy and for istio-init
 */
record ProxySettings(
        InterceptionMode mode,
        List<String> initArguments,
        int statusPort,
        boolean rewriteProbes,
        boolean holdApplication,
        boolean nativeSidecar,
        ObjectNode differences,
        Map<String, String> metadata) {

    static final String CONFIG = "proxy.istio.io/config";
    private static final String REWRITE = "sidecar.istio.io/rewriteAppHTTPProbers";
    private static final String NATIVE = "sidecar.istio.io/nativeSidecar";

    static ProxySettings of(Pod pod, InjectionConfig config) {
        ObjectNode differences = proxyConfig(pod);
        InjectionConfig.Sidecar sidecar = config.sidecar();
        int statusPort = statusPort(pod, sidecar.statusPort());
        TrafficAnnotations traffic = traffic(pod, differences, sidecar.mode());
        if (traffic.mode() != sidecar.mode()) {
            differences.put("interceptionMode", traffic.mode().name());
        }
        if (statusPort != sidecar.statusPort()) {
            differences.put("statusPort", statusPort);
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : differences.path("proxyMetadata").properties()) {
            metadata.put(one.getKey(), one.getValue().asString(""));
        }
        return new ProxySettings(
                traffic.mode(),
                traffic.arguments(),
                statusPort,
                flag(pod, REWRITE, sidecar.rewriteProbes()),
                differences.path("holdApplicationUntilProxyStarts").asBoolean(sidecar.holdApplication()),
                flag(pod, NATIVE, sidecar.nativeSidecar()),
                differences,
                metadata);
    }

    private static TrafficAnnotations traffic(Pod pod, ObjectNode differences, InterceptionMode meshMode) {
        Map<String, String> annotations = new LinkedHashMap<>(pod.annotations());
        String inConfig = Tree.text(differences, "interceptionMode");
        if (!inConfig.isEmpty()) {
            annotations.putIfAbsent(TrafficAnnotations.MODE, inConfig);
        }
        try {
            return TrafficAnnotations.of(annotations, meshMode);
        } catch (PlanException e) {
            throw new InjectException(String.valueOf(e.getMessage()), e);
        }
    }

    private static ObjectNode proxyConfig(Pod pod) {
        String text = pod.annotation(CONFIG, "");
        if (text.isBlank()) {
            return Tree.object();
        }
        try {
            if (Yaml.tree(text) instanceof ObjectNode object) {
                return object;
            }
        } catch (InjectException e) {
            throw new InjectException("annotation " + CONFIG + ": " + e.getMessage(), e);
        }
        throw new InjectException("annotation " + CONFIG + " must be a YAML object of proxy settings");
    }

    private static int statusPort(Pod pod, int absent) {
        String key = TrafficAnnotations.STATUS_PORT;
        String text = pod.annotation(key, Integer.toString(absent)).strip();
        int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
        if (port < 0 || port > 65535) {
            throw new InjectException("annotation " + key + " " + text + ": must be a port, or 0 for none");
        }
        return port;
    }

    private static boolean flag(Pod pod, String key, boolean absent) {
        String text = pod.annotation(key, Boolean.toString(absent));
        return switch (text) {
            case "true", "True", "TRUE", "t", "T", "1" -> true;
            case "false", "False", "FALSE", "f", "F", "0" -> false;
            default -> throw new InjectException("annotation " + key + " " + text + ": must be true or false");
        };
    }
}
