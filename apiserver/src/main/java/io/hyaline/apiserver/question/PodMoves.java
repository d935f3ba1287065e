package io.hyaline.apiserver.question;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Remover;
import io.hyaline.apiserver.verb.Target;
import io.hyaline.apiserver.verb.Writer;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/** Binding a pod to a node, and evicting it. */
public final class PodMoves {
    private final Writer writer;
    private final Remover remover;
    private final Catalog catalog;

    public PodMoves(Writer writer, Remover remover, Catalog catalog) {
        this.writer = writer;
        this.remover = remover;
        this.catalog = catalog;
    }

    ObjectNode bind(Call call, ObjectNode binding) {
        String name = call.target().name().isEmpty()
                ? Json.string(binding, "metadata", "name")
                : call.target().name();
        String node = Json.string(binding, "target", "name");
        if (node.isEmpty()) {
            throw ApiException.badRequest("the binding of pod " + name + " names no node in target.name");
        }
        writer.update(pod(call, name), false, current -> {
            String bound = Json.string(current, "spec", "nodeName");
            if (!bound.isEmpty() && !bound.equals(node)) {
                throw ApiException.conflict(
                        "pods/binding", "", name, "pod " + name + " is already assigned to node \"" + bound + "\"");
            }
            ObjectNode next = current.deepCopy();
            Json.child(next, "spec").put("nodeName", node);
            return next;
        });
        return success();
    }

    /** Deletes the pod; disruption budgets are stored but not enforced. */
    ObjectNode evict(Call call, ObjectNode eviction) {
        Long grace = Json.has(eviction, "deleteOptions", "gracePeriodSeconds")
                ? Json.number(eviction, 0, "deleteOptions", "gracePeriodSeconds")
                : null;
        String uid = Json.string(eviction, "deleteOptions", "preconditions", "uid");
        remover.delete(pod(call, call.target().name()), new Remover.Options(grace, "", uid, ""));
        return success();
    }

    private Call pod(Call call, String name) {
        Resource pods = Objects.requireNonNull(catalog.find(new GroupVersion("", "v1"), "pods"));
        return call.at(new Target(pods, call.target().namespace(), name, ""));
    }

    private static ObjectNode success() {
        ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
        status.putObject("metadata");
        return status.put("status", "Success").put("code", 201);
    }
}
