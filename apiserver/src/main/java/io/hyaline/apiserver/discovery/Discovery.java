package io.hyaline.apiserver.discovery;

import io.hyaline.apiserver.http.Request;
import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.http.Response.Answer;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code /api}, {@code /apis} and what lies directly below, in the old and the aggregated form. */
public final class Discovery {
    private static final String AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

    private final Catalog catalog;
    private final String address;

    /** @param address host and port that clients are told */
    public Discovery(Catalog catalog, String address) {
        this.catalog = catalog;
        this.address = address;
    }

    /** The answer to a discovery path; null when the path is none, or leads to nothing served. */
    public @Nullable Response answer(Request request, List<String> path) {
        boolean aggregated = request.header("accept").contains("as=APIGroupDiscoveryList")
                && request.header("accept").contains("v=v2");
        if (path.equals(List.of("api"))) {
            return aggregated ? aggregated(true) : Response.json(200, core());
        }
        if (path.equals(List.of("apis"))) {
            return aggregated ? aggregated(false) : Response.json(200, groups());
        }
        if (path.size() == 2 && path.getFirst().equals("api")) {
            return resources(new GroupVersion("", path.get(1)));
        }
        if (path.size() == 2 && path.getFirst().equals("apis")) {
            List<GroupVersion> versions = catalog.versions(path.get(1));
            return versions.isEmpty() ? null : Response.json(200, group(path.get(1), "APIGroup"));
        }
        if (path.size() == 3 && path.getFirst().equals("apis")) {
            return resources(new GroupVersion(path.get(1), path.get(2)));
        }
        return null;
    }

    private ObjectNode core() {
        ObjectNode versions = Json.object().put("kind", "APIVersions");
        versions.set("versions", Json.array("v1"));
        versions.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", address);
        return versions;
    }

    private ObjectNode groups() {
        ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = list.putArray("groups");
        for (String group : catalog.groups()) {
            if (!group.isEmpty()) {
                groups.add(group(group, null));
            }
        }
        return list;
    }

    private ObjectNode group(String name, @Nullable String kind) {
        ObjectNode group = Json.object();
        if (kind != null) {
            group.put("kind", kind).put("apiVersion", "v1");
        }
        group.put("name", name);
        ArrayNode versions = group.putArray("versions");
        for (GroupVersion version : catalog.versions(name)) {
            versions.add(version(version));
        }
        group.set("preferredVersion", version(catalog.versions(name).getFirst()));
        return group;
    }

    private static ObjectNode version(GroupVersion version) {
        return Json.object().put("groupVersion", version.toString()).put("version", version.version());
    }

    private @Nullable Response resources(GroupVersion version) {
        List<Resource> resources = catalog.in(version);
        if (resources.isEmpty()) {
            return null;
        }
        ObjectNode list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", version.toString());
        ArrayNode all = list.putArray("resources");
        for (Resource resource : resources) {
            ObjectNode entry = all.addObject()
                    .put("name", resource.plural())
                    .put("singularName", resource.names().singular())
                    .put("namespaced", resource.namespaced())
                    .put("kind", resource.kind());
            entry.set("verbs", Json.array(Subresource.verbs(resource)));
            names(entry, resource);
            for (String name : new TreeSet<>(resource.subresources())) {
                Subresource sub = Subresource.of(resource, name);
                ObjectNode subEntry = all.addObject()
                        .put("name", resource.plural() + "/" + name)
                        .put("singularName", "")
                        .put("namespaced", resource.namespaced());
                if (!sub.version().equals(version)) {
                    subEntry.put("group", sub.version().group())
                            .put("version", sub.version().version());
                }
                subEntry.put("kind", sub.kind()).set("verbs", Json.array(sub.verbs()));
            }
        }
        return Response.json(200, list);
    }

    private static void names(ObjectNode entry, Resource resource) {
        if (!resource.names().shortNames().isEmpty()) {
            entry.set("shortNames", Json.array(resource.names().shortNames()));
        }
        if (!resource.names().categories().isEmpty()) {
            entry.set("categories", Json.array(resource.names().categories()));
        }
    }

    private Response aggregated(boolean core) {
        ObjectNode list =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/v2");
        list.putObject("metadata");
        ArrayNode items = list.putArray("items");
        for (String group : catalog.groups()) {
            if (group.isEmpty() != core) {
                continue;
            }
            ObjectNode item = items.addObject();
            ObjectNode metadata = item.putObject("metadata");
            metadata.putNull("creationTimestamp");
            if (!core) {
                metadata.put("name", group);
            }
            ArrayNode versions = item.putArray("versions");
            for (GroupVersion version : catalog.versions(group)) {
                ObjectNode entry = versions.addObject().put("version", version.version());
                ArrayNode resources = entry.putArray("resources");
                catalog.in(version).forEach(resource -> resources.add(aggregated(resource)));
                entry.put("freshness", "Current");
            }
        }
        return new Answer(200, AGGREGATED, Json.bytes(list), List.of(java.util.Map.entry("Vary", "Accept")));
    }

    private static ObjectNode aggregated(Resource resource) {
        ObjectNode entry = Json.object().put("resource", resource.plural());
        entry.set("responseKind", kind(resource.version(), resource.kind()));
        entry.put("scope", resource.namespaced() ? "Namespaced" : "Cluster")
                .put("singularResource", resource.names().singular())
                .set("verbs", Json.array(Subresource.verbs(resource)));
        names(entry, resource);
        if (!resource.subresources().isEmpty()) {
            ArrayNode all = entry.putArray("subresources");
            for (String name : new TreeSet<>(resource.subresources())) {
                Subresource sub = Subresource.of(resource, name);
                ObjectNode subEntry = all.addObject().put("subresource", name);
                subEntry.set("responseKind", kind(sub.version(), sub.kind()));
                subEntry.set("verbs", Json.array(sub.verbs()));
            }
        }
        return entry;
    }

    private static ObjectNode kind(GroupVersion version, String kind) {
        return Json.object()
                .put("group", version.group())
                .put("version", version.version())
                .put("kind", kind);
    }
}
