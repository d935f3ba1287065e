package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a webhook is reached.
 *
 * @param tlsName name that its certificate must have
 * @param authority value of the Host header
 * @param addresses to be tried in this order
 */
record Destination(String tlsName, String authority, String path, List<InetSocketAddress> addresses) {

    /** As it stands in messages. */
    String url() {
        return "https://" + authority + path;
    }

    static Destination of(JsonNode clientConfig, Store store) throws WebhookException {
        String url = Json.string(clientConfig, "url");
        if (!url.isEmpty()) {
            URI uri = URI.create(url);
            int port = uri.getPort() < 0 ? 443 : uri.getPort();
            String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            return new Destination(host, uri.getAuthority(), path + query, List.of(new InetSocketAddress(host, port)));
        }
        JsonNode service = clientConfig.path("service");
        String namespace = Json.string(service, "namespace");
        String name = Json.string(service, "name");
        int port = (int) Json.number(service, 443, "port");
        String path = Json.string(service, "path");
        String tlsName = name + "." + namespace + ".svc";
        return new Destination(
                tlsName,
                tlsName + ":" + port,
                path.startsWith("/") ? path : "/" + path,
                endpoints(store, namespace, name, port));
    }

    private static List<InetSocketAddress> endpoints(Store store, String namespace, String name, int port)
            throws WebhookException {
        Stored service = store.get(new Key("services", namespace, name));
        if (service == null) {
            throw new WebhookException("service \"" + name + "\" not found");
        }
        String portName = null;
        for (ObjectNode one : Json.objects(service.object(), "spec", "ports")) {
            if (Json.number(one, 0, "port") == port) {
                portName = Json.string(one, "name");
            }
        }
        if (portName == null) {
            throw new WebhookException("no service port " + port + " found for service \"" + name + "\"");
        }
        List<InetSocketAddress> found = new ArrayList<>();
        for (Stored slice :
                store.list("endpointslices.discovery.k8s.io", namespace).objects()) {
            if (Json.string(slice.object(), "metadata", "labels", "kubernetes.io/service-name")
                    .equals(name)) {
                addSlice(slice.object(), portName, found);
            }
        }
        if (found.isEmpty()) {
            throw new WebhookException("no endpoints available for service \"" + name + "\"");
        }
        Collections.shuffle(found);
        return found;
    }

    private static void addSlice(ObjectNode slice, String portName, List<InetSocketAddress> found) {
        for (ObjectNode port : Json.objects(slice, "ports")) {
            if (!Json.string(port, "name").equals(portName)) {
                continue;
            }
            for (ObjectNode endpoint : Json.objects(slice, "endpoints")) {
                if (endpoint.path("conditions").path("ready").asBoolean(true)) {
                    Json.strings(endpoint, "addresses")
                            .forEach(address ->
                                    found.add(new InetSocketAddress(address, (int) Json.number(port, 0, "port"))));
                }
            }
        }
    }
}
