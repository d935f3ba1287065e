package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Conversion;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.table.Tables;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** In which form the caller wants to see objects of a resource. */
record View(Resource resource, Form form, Tables.Include include, InstantSource clock) {
    enum Form {
        OBJECT,
        TABLE,
        METADATA
    }

    static View of(Call call, InstantSource clock) {
        Tables.Include include = switch (call.query().get("includeObject")) {
            case "None" -> Tables.Include.NONE;
            case "Object" -> Tables.Include.OBJECT;
            default -> Tables.Include.METADATA;
        };
        return new View(call.target().resource(), form(call.request().header("accept")), include, clock);
    }

    /** The first acceptable form; protobuf is never offered. */
    private static Form form(String accept) {
        for (String type : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            boolean json = type.strip().startsWith("application/json");
            if (json && type.contains("as=table") && type.contains("v=v1") && !type.contains("v=v1beta1")) {
                return Form.TABLE;
            }
            if (json && type.contains("as=partialobjectmetadata")) {
                return Form.METADATA;
            }
            if (json || type.strip().startsWith("*/*")) {
                return Form.OBJECT;
            }
        }
        return Form.OBJECT;
    }

    byte[] one(Stored stored) {
        if (form == Form.OBJECT && !resource.converted()) {
            return stored.bytes();
        }
        return Json.bytes(tree(Conversion.served(resource, stored.object())));
    }

    /** An object that is already in its served form. */
    ObjectNode tree(ObjectNode served) {
        return switch (form) {
            case OBJECT -> served;
            case METADATA -> Tables.partial(served);
            case TABLE -> {
                ObjectNode metadata =
                        Json.object().put("resourceVersion", Json.string(served, "metadata", "resourceVersion"));
                yield Tables.of(resource, List.of(served), metadata, include, clock.instant());
            }
        };
    }

    byte[] list(List<Stored> items, ObjectNode metadata) {
        if (form == Form.TABLE) {
            List<ObjectNode> objects = items.stream()
                    .map(stored -> Conversion.served(resource, stored.object()))
                    .toList();
            return Json.bytes(Tables.of(resource, objects, metadata, include, clock.instant()));
        }
        boolean partial = form == Form.METADATA;
        ObjectNode head = Json.object()
                .put("kind", partial ? "PartialObjectMetadataList" : resource.kind() + "List")
                .put("apiVersion", partial ? "meta.k8s.io/v1" : resource.apiVersion());
        head.set("metadata", metadata);
        ByteList text = new ByteList();
        byte[] start = Json.bytes(head);
        text.add(start, start.length - 1);
        text.add(",\"items\":[");
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                text.add(",");
            }
            byte[] item = one(items.get(i));
            text.add(item, item.length);
        }
        text.add("]}\n");
        return text.bytes();
    }
}
