package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.store.Stored;
import tools.jackson.databind.node.ObjectNode;

/** Server-side apply. */
final class Applier {
    private final Writer writer;

    Applier(Writer writer) {
        this.writer = writer;
    }

    Stored apply(Call call) {
        ObjectNode object = (ObjectNode) Yaml.read(call.request().body()).node();
        return writer.create(call, object);
    }
}
