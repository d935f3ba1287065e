package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.http.PodStreams;
import io.hyaline.apiserver.http.PodStreams.NodeRef;
import io.hyaline.apiserver.http.PodStreams.PodRef;
import io.hyaline.apiserver.http.Response;
import io.hyaline.apiserver.http.Response.Answer;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sends each request to its verb. */
public final class Rest {
    private final Store store;
    private final Verbs verbs;
    private final PodStreams podStreams;
    private final InstantSource clock;

    public Rest(Store store, Verbs verbs, PodStreams podStreams, InstantSource clock) {
        this.store = store;
        this.verbs = verbs;
        this.podStreams = podStreams;
        this.clock = clock;
    }

    public Response handle(Call call) {
        try {
            return route(call);
        } catch (ApiException e) {
            if (call.warnings().isEmpty()) {
                throw e;
            }
            // What was said before the refusal is of use to whoever has to repair it.
            Answer refusal = Response.failure(e);
            List<Map.Entry<String, String>> headers = new ArrayList<>(refusal.headers());
            headers.addAll(warnings(call));
            return new Answer(refusal.code(), refusal.contentType(), refusal.body(), headers);
        }
    }

    private Response route(Call call) {
        Target target = call.target();
        Resource resource = target.resource();
        if (!target.subresource().isEmpty()) {
            if (!resource.has(target.subresource())) {
                throw ApiException.noSuchPath();
            }
            return subresource(call);
        }
        String method = call.request().method();
        if (resource.createOnly()) {
            if (!method.equals("POST")) {
                throw ApiException.methodNotAllowed();
            }
            return answer(call, 201, verbs.questions().ask(call));
        }
        return target.name().isEmpty() ? collection(call, method) : single(call, method);
    }

    private Response collection(Call call, String method) {
        return switch (method) {
            case "GET" ->
                call.query().truth("watch")
                        ? verbs.reader().watch(call)
                        : verbs.reader().list(call);
            case "POST" -> answer(call, 201, verbs.writer().create(call, Codec.object(call)));
            case "DELETE" -> deleteCollection(call);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Response single(Call call, String method) {
        return switch (method) {
            case "GET" ->
                call.query().truth("watch")
                        ? verbs.reader().watch(call)
                        : verbs.reader().get(call);
            case "PUT" -> answer(call, 200, put(call));
            case "PATCH" -> patch(call);
            case "DELETE" -> delete(call);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private Stored put(Call call) {
        ObjectNode object = Codec.object(call);
        boolean pinned = !Json.string(object, "metadata", "resourceVersion").isEmpty();
        return verbs.writer().update(call, pinned, _ -> object.deepCopy());
    }

    private Response patch(Call call) {
        if (call.applies()) {
            Applier.Outcome outcome = verbs.applier().apply(call);
            return answer(call, outcome.created() ? 201 : 200, outcome.stored());
        }
        return answer(call, 200, verbs.patcher().patch(call));
    }

    private Response delete(Call call) {
        Remover.Outcome outcome = verbs.remover().delete(call, options(call));
        if (!outcome.gone() || call.target().resource().is("pods")) {
            return answer(call, 200, outcome.stored());
        }
        return Response.json(200, success(call, outcome.stored()));
    }

    private Response deleteCollection(Call call) {
        List<Stored> chosen = verbs.reader().select(call);
        Remover.Options options = options(call);
        for (Stored stored : chosen) {
            Target one = call.target()
                    .in(stored.key().namespace())
                    .named(stored.key().name());
            try {
                verbs.remover().delete(call.at(one), options);
            } catch (ApiException e) {
                if (e.code() != 404) {
                    throw e;
                }
            }
        }
        ObjectNode metadata = Json.object().put("resourceVersion", Long.toString(store.revision()));
        return new Answer(200, Response.JSON, View.of(call, clock).list(chosen, metadata), List.of());
    }

    private static Remover.Options options(Call call) {
        JsonNode body = call.request().body().length == 0
                ? Json.object()
                : Codec.read(call).node();
        return Remover.Options.of(call, body);
    }

    private static ObjectNode success(Call call, Stored stored) {
        Resource resource = call.target().resource();
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        status.put("status", "Success");
        ObjectNode details =
                status.putObject("details").put("name", stored.key().name());
        if (!resource.group().isEmpty()) {
            details.put("group", resource.group());
        }
        details.put("kind", resource.plural()).put("uid", Json.string(stored.object(), "metadata", "uid"));
        return status;
    }

    private Response subresource(Call call) {
        String method = call.request().method();
        String name = call.target().subresource();
        return switch (name) {
            case "status", "finalize", "ephemeralcontainers" ->
                switch (method) {
                    case "GET" -> verbs.reader().get(call);
                    case "PUT" -> answer(call, 200, put(call));
                    case "PATCH" -> patch(call);
                    default -> throw ApiException.methodNotAllowed();
                };
            case "scale" ->
                switch (method) {
                    case "GET" ->
                        answer(
                                call,
                                200,
                                verbs.scales()
                                        .read(
                                                call.target().resource(),
                                                existing(call).object()));
                    case "PUT" -> answer(call, 200, verbs.scales().write(call, false));
                    case "PATCH" -> answer(call, 200, verbs.scales().write(call, true));
                    default -> throw ApiException.methodNotAllowed();
                };
            case "log", "exec", "attach", "portforward" -> podStream(call);
            default -> {
                if (!method.equals("POST")) {
                    throw ApiException.methodNotAllowed();
                }
                yield answer(call, 201, verbs.questions().ask(call));
            }
        };
    }

    private Stored existing(Call call) {
        Stored stored = store.get(call.target().key());
        if (stored == null) {
            throw call.notFound();
        }
        return stored;
    }

    /** Passes log, exec and the like on to the node's streams. */
    private Response podStream(Call call) {
        ObjectNode pod = existing(call).object();
        String node = Json.string(pod, "spec", "nodeName");
        if (node.isEmpty()) {
            throw ApiException.badRequest("pod " + call.target().name() + " does not have a host assigned");
        }
        Stored nodeObject = store.get(new Key("nodes", "", node));
        if (nodeObject == null) {
            throw ApiException.notFound("nodes", "", node);
        }
        PodRef podRef =
                new PodRef(call.target().namespace(), call.target().name(), Json.string(pod, "metadata", "uid"), pod);
        NodeRef nodeRef = nodeRef(node, nodeObject.object());
        return new Response.HandOver((ctx, request) -> podStreams.handle(ctx, request, podRef, nodeRef));
    }

    private static NodeRef nodeRef(String name, ObjectNode node) {
        String address = "";
        for (ObjectNode one : Json.objects(node, "status", "addresses")) {
            if (Json.string(one, "type").equals("InternalIP")) {
                address = Json.string(one, "address");
            }
        }
        return new NodeRef(name, address, Json.string(node, "metadata", "annotations", "hyaline.io/agent"));
    }

    private Response answer(Call call, int code, Stored stored) {
        return new Answer(code, Response.JSON, View.of(call, clock).one(stored), warnings(call));
    }

    private static Response answer(Call call, int code, ObjectNode object) {
        return new Answer(code, Response.JSON, Json.bytes(object), warnings(call));
    }

    private static List<Map.Entry<String, String>> warnings(Call call) {
        return call.warnings().stream()
                .distinct()
                .limit(100)
                .map(text -> Map.entry("Warning", "299 - \"" + escape(text) + "\""))
                .toList();
    }

    private static String escape(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
