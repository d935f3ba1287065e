package io.hyaline.apiserver;

import io.hyaline.apiserver.auth.Authenticator;
import io.hyaline.apiserver.auth.Tokens;
import io.hyaline.apiserver.auth.User;
import io.hyaline.apiserver.discovery.Discovery;
import io.hyaline.apiserver.http.Handler;
import io.hyaline.apiserver.http.Request;
import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.openapi.OpenApi;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Rest;
import io.hyaline.apiserver.verb.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** From a path to whoever answers it. */
final class Router implements Handler {
    private static final String VERSION = "v1.32.4-hyaline.1";

    private final Authenticator authenticator;
    private final Tokens tokens;
    private final Catalog catalog;
    private final Discovery discovery;
    private final OpenApi openApi;
    private final Rest rest;
    private volatile Supplier<String> metrics = () -> "";

    Router(
            Authenticator authenticator,
            Tokens tokens,
            Catalog catalog,
            Discovery discovery,
            OpenApi openApi,
            Rest rest) {
        this.authenticator = authenticator;
        this.tokens = tokens;
        this.catalog = catalog;
        this.discovery = discovery;
        this.openApi = openApi;
        this.rest = rest;
    }

    /** Where {@code /metrics} comes from. */
    void metrics(Supplier<String> source) {
        metrics = source;
    }

    @Override
    public Response handle(Request request) {
        User user = authenticator.authenticate(request);
        List<String> path = split(request.path());
        String first = path.isEmpty() ? "" : path.getFirst();
        switch (first) {
            case "healthz", "readyz", "livez" -> {
                return Response.text(200, "ok");
            }
            case "version" -> {
                return Response.json(200, version());
            }
            default -> {
                if (user.anonymous()) {
                    throw ApiException.unauthorized();
                }
            }
        }
        Response response = known(request, path, first);
        return response != null ? response : rest.handle(Call.of(request, user, target(path)));
    }

    private @Nullable Response known(Request request, List<String> path, String first) {
        if (request.method().equals("GET") && (first.equals("api") || first.equals("apis"))) {
            return discovery.answer(request, path);
        }
        if (first.equals("openapi")) {
            return openApi.answer(request, path);
        }
        return switch (request.path()) {
            case "/metrics" -> Response.text(200, metrics.get());
            case "/openid/v1/jwks" -> Response.json(200, tokens.keySet());
            case "/.well-known/openid-configuration" -> Response.json(200, issuer());
            case "/" -> paths();
            default -> null;
        };
    }

    private static List<String> split(String path) {
        List<String> parts = new ArrayList<>();
        for (String part : path.split("/", -1)) {
            if (!part.isEmpty()) {
                parts.add(part);
            }
        }
        return parts;
    }

    /** Reads {@code [api/v1 | apis/group/version] [namespaces/ns] resource [name [subresource]]}. */
    private Target target(List<String> path) {
        boolean core = !path.isEmpty() && path.getFirst().equals("api");
        int at = core ? 2 : 3;
        if (path.size() <= at || !(core || path.getFirst().equals("apis"))) {
            throw ApiException.noSuchPath();
        }
        GroupVersion version = core ? new GroupVersion("", path.get(1)) : new GroupVersion(path.get(1), path.get(2));
        String namespace = "";
        boolean inNamespace = path.get(at).equals("namespaces") && path.size() > at + 2;
        if (inNamespace) {
            Resource inside = catalog.find(version, path.get(at + 2));
            if (inside != null && inside.namespaced()) {
                namespace = path.get(at + 1);
                at += 2;
            }
        }
        Resource resource = catalog.find(version, path.get(at));
        if (resource == null || path.size() > at + 3) {
            throw ApiException.noSuchPath();
        }
        String name = path.size() > at + 1 ? path.get(at + 1) : "";
        String subresource = path.size() > at + 2 ? path.get(at + 2) : "";
        if (resource.namespaced() && namespace.isEmpty() && !name.isEmpty()) {
            throw ApiException.noSuchPath();
        }
        return new Target(resource, namespace, name, subresource);
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", VERSION)
                .put("gitCommit", "unknown")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", "linux/" + (System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64"));
    }

    private static ObjectNode issuer() {
        ObjectNode issuer =
                Json.object().put("issuer", Tokens.ISSUER).put("jwks_uri", Tokens.ISSUER + "/openid/v1/jwks");
        issuer.set("response_types_supported", Json.array("id_token"));
        issuer.set("subject_types_supported", Json.array("public"));
        issuer.set("id_token_signing_alg_values_supported", Json.array("ES256"));
        return issuer;
    }

    private Response paths() {
        List<String> paths = new ArrayList<>(List.of("/api", "/api/v1", "/apis"));
        for (GroupVersion version : catalog.versions()) {
            if (!version.group().isEmpty()) {
                paths.add("/apis/" + version);
            }
        }
        paths.addAll(List.of("/healthz", "/livez", "/metrics", "/openapi/v2", "/openapi/v3", "/readyz", "/version"));
        ObjectNode body = Json.object();
        body.set("paths", Json.array(paths));
        return Response.json(200, body);
    }
}
