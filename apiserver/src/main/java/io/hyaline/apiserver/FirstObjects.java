package io.hyaline.apiserver;

import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.store.Write;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Target;
import io.hyaline.apiserver.verb.Writer;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** What every cluster has from the first moment on: four namespaces, and the Service that leads to this server. */
final class FirstObjects {
    private static final List<String> NAMESPACES = List.of("default", "kube-system", "kube-public", "kube-node-lease");

    private final ApiServerConfig config;
    private final Store store;
    private final Catalog catalog;
    private final Writer writer;

    FirstObjects(ApiServerConfig config, Store store, Catalog catalog, Writer writer) {
        this.config = config;
        this.store = store;
        this.catalog = catalog;
        this.writer = writer;
    }

    void make(int port) {
        for (String name : NAMESPACES) {
            ensure("v1", "namespaces", "", name, Json.object());
        }
        ObjectNode service = Json.object();
        ObjectNode spec = service.putObject("spec")
                .put("clusterIP", config.ranges().primary().at(1).toString());
        spec.putArray("ports").addObject().put("name", "https").put("port", 443).put("targetPort", port);
        service.putObject("metadata")
                .putObject("labels")
                .put("component", "apiserver")
                .put("provider", "kubernetes");
        String family = config.advertised().family().toString();
        replace("services", stored -> !isOfARange(stored));
        replace(
                "endpointslices.discovery.k8s.io",
                stored -> !Json.string(stored, "addressType").equals(family));
        ensure("v1", "services", "default", "kubernetes", service);
        ensure("v1", "endpoints", "default", "kubernetes", endpoints(port));
        ensure("discovery.k8s.io/v1", "endpointslices", "default", "kubernetes", slice(port));
    }

    /** The server's certificate holds the addresses of its ranges only. */
    private boolean isOfARange(ObjectNode service) {
        Ip address = Ip.parse(Json.string(service, "spec", "clusterIP"));
        return address != null && config.ranges().all().stream().anyMatch(range -> range.contains(address));
    }

    /** Removes an object whose present form cannot be brought to the wanted one, before it is made anew. */
    private void replace(String storage, Predicate<ObjectNode> foreign) {
        Key key = new Key(storage, "default", "kubernetes");
        Stored stored = store.get(key);
        if (stored != null && foreign.test(stored.object())) {
            store.write(new Write(key, stored.revision(), null));
        }
    }

    private ObjectNode endpoints(int port) {
        ObjectNode endpoints = Json.object();
        endpoints.putObject("metadata").putObject("labels").put("endpointslice.kubernetes.io/skip-mirror", "true");
        ObjectNode subset = endpoints.putArray("subsets").addObject();
        subset.putArray("addresses").addObject().put("ip", config.advertised().toString());
        subset.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
        return endpoints;
    }

    private ObjectNode slice(int port) {
        ObjectNode slice =
                Json.object().put("addressType", config.advertised().family().toString());
        slice.putObject("metadata").putObject("labels").put("kubernetes.io/service-name", "kubernetes");
        ObjectNode endpoint = slice.putArray("endpoints").addObject();
        endpoint.set("addresses", Json.array(config.advertised().toString()));
        endpoint.putObject("conditions").put("ready", true);
        slice.putArray("ports")
                .addObject()
                .put("name", "https")
                .put("port", port)
                .put("protocol", "TCP");
        return slice;
    }

    /** Makes an object, or brings an older one to the present port. */
    private void ensure(String apiVersion, String plural, String namespace, String name, ObjectNode object) {
        Resource resource = Objects.requireNonNull(catalog.find(GroupVersion.of(apiVersion), plural));
        object.put("apiVersion", apiVersion).put("kind", resource.kind());
        ObjectNode metadata = Json.child(object, "metadata");
        metadata.put("name", name);
        if (!namespace.isEmpty()) {
            metadata.put("namespace", namespace);
        }
        Call call = Call.system(new Target(resource, namespace, name, ""));
        if (store.get(new Key(resource.storage(), namespace, name)) == null) {
            writer.create(call, object);
        } else if (!plural.equals("namespaces")) {
            writer.update(call, false, current -> {
                ObjectNode next = current.deepCopy();
                for (String field : List.of("subsets", "endpoints", "ports")) {
                    if (object.has(field)) {
                        next.set(field, object.get(field));
                    }
                }
                if (plural.equals("services")) {
                    Json.child(next, "spec").set("ports", Json.at(object, "spec", "ports"));
                }
                return next;
            });
        }
    }
}
