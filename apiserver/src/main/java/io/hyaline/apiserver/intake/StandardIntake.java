package io.hyaline.apiserver.intake;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Intake;
import io.hyaline.apiserver.verb.Target;
import tools.jackson.databind.node.ObjectNode;

/** The rules that every object passes. */
public final class StandardIntake implements Intake {
    private final Store store;

    public StandardIntake(Store store) {
        this.store = store;
    }

    @Override
    public void create(Call call, ObjectNode object) {
        checkNamespace(call.target());
    }

    @Override
    public void update(Call call, ObjectNode object, ObjectNode old) {}

    @Override
    public void delete(Call call, ObjectNode old) {}

    @Override
    public void abandon(Call call, ObjectNode object) {}

    private void checkNamespace(Target target) {
        if (!target.resource().namespaced()) {
            return;
        }
        Stored namespace = store.get(new Key("namespaces", "", target.namespace()));
        if (namespace == null) {
            throw ApiException.notFound("namespaces", "", target.namespace());
        }
        if (Json.has(namespace.object(), "metadata", "deletionTimestamp")) {
            throw ApiException.forbidden(
                    target.resource().plural(),
                    target.resource().group(),
                    target.name(),
                    "unable to create new content in namespace " + target.namespace()
                            + " because it is being terminated");
        }
    }
}
