package io.hyaline.apiserver.openapi;

import io.hyaline.apiserver.http.Request;
import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.http.Response.Answer;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Answers {@code /openapi/v2} and {@code /openapi/v3}; documents are kept until what is served changes. */
public final class OpenApi {
    private static final String SWAGGER_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private final Catalog catalog;
    private final Map<GroupVersion, Kept> documents = new ConcurrentHashMap<>();
    private volatile @Nullable Kept swagger;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Kept(int number, byte[] text) {}

    public OpenApi(Catalog catalog) {
        this.catalog = catalog;
    }

    /** The answer to a path below {@code /openapi}; null if it leads to nothing. */
    public @Nullable Response answer(Request request, List<String> path) {
        if (path.equals(List.of("openapi", "v2"))) {
            if (request.header("accept").contains("proto-openapi")) {
                return new Answer(200, SWAGGER_PROTOBUF, emptySwagger(), List.of());
            }
            return new Answer(200, Response.JSON, swagger(), List.of());
        }
        if (path.equals(List.of("openapi", "v3"))) {
            return Response.json(200, index());
        }
        if (path.size() > 3 && path.get(1).equals("v3")) {
            GroupVersion version = path.get(2).equals("api")
                    ? new GroupVersion("", path.get(3))
                    : path.size() > 4 ? new GroupVersion(path.get(3), path.get(4)) : new GroupVersion("", "");
            return catalog.in(version).isEmpty() ? null : new Answer(200, Response.JSON, document(version), List.of());
        }
        return null;
    }

    private ObjectNode index() {
        ObjectNode index = Json.object();
        ObjectNode paths = index.putObject("paths");
        for (GroupVersion version : catalog.versions()) {
            String path = Paths.root(version).substring(1);
            paths.putObject(path).put("serverRelativeURL", "/openapi/v3/" + path + "?hash=" + catalog.number());
        }
        return index;
    }

    private byte[] document(GroupVersion version) {
        int number = catalog.number();
        Kept kept = documents.get(version);
        if (kept == null || kept.number() != number) {
            ObjectNode document = Json.object().put("openapi", "3.0.0");
            document.set("info", info());
            Components components = new Components("#/components/schemas/");
            ObjectNode paths = document.putObject("paths");
            for (Resource resource : catalog.in(version)) {
                Paths.add(paths, resource, "#/components/schemas/" + components.kind(resource));
            }
            document.putObject("components").set("schemas", components.finish());
            kept = new Kept(number, Json.bytes(document));
            documents.put(version, kept);
        }
        return kept.text();
    }

    private byte[] swagger() {
        int number = catalog.number();
        Kept kept = swagger;
        if (kept == null || kept.number() != number) {
            ObjectNode document = Json.object().put("swagger", "2.0");
            document.set("info", info());
            document.putObject("paths");
            Components components = new Components("#/definitions/");
            catalog.all().forEach(components::kind);
            document.set("definitions", components.finish());
            kept = new Kept(number, Json.bytes(document));
            swagger = kept;
        }
        return kept.text();
    }

    /**
     * kubectl reads the second version in protobuf, and only to find out that a kind is not there: everything that exists
     * is in the third version, which it asks first. So this one has a title and no kinds.
     */
    private static byte[] emptySwagger() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        field(out, 1, "2.0".getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        field(info, 1, "Hyaline".getBytes(StandardCharsets.UTF_8));
        field(info, 2, "v1.32".getBytes(StandardCharsets.UTF_8));
        field(out, 2, info.toByteArray());
        field(out, 8, new byte[0]);
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int number, byte[] value) {
        out.write(number << 3 | 2);
        out.write(value.length);
        out.writeBytes(value);
    }

    private static ObjectNode info() {
        return Json.object().put("title", "Hyaline").put("version", "v1.32");
    }
}
