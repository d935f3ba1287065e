package io.hyaline.apiserver.gc;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.StoreException;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Remover;
import io.hyaline.apiserver.verb.Remover.Options;
import io.hyaline.apiserver.verb.Target;
import io.hyaline.apiserver.verb.Writer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/** Deletes and edits on behalf of the collector, as any client would. */
final class Hand {
    private static final Logger LOG = LoggerFactory.getLogger(Hand.class);

    private final Store store;
    private final Catalog catalog;
    private final Writer writer;
    private final Remover remover;

    Hand(Store store, Catalog catalog, Writer writer, Remover remover) {
        this.store = store;
        this.catalog = catalog;
        this.writer = writer;
        this.remover = remover;
    }

    @Nullable
    ObjectNode object(Key key) {
        Stored stored = store.get(key);
        return stored == null ? null : stored.object();
    }

    List<Stored> all(String storage, String namespace) {
        return store.list(storage, namespace).objects();
    }

    List<String> storages() {
        return store.storages();
    }

    boolean known(String apiVersion, String kind) {
        return catalog.byKind(io.hyaline.apiserver.resource.GroupVersion.of(apiVersion), kind) != null;
    }

    /** False when it did not work and should be tried again. */
    boolean delete(Key key, String uid, String policy) {
        return act(key, call -> remover.delete(call, new Options(null, policy, uid, "")));
    }

    boolean edit(Key key, String subresource, UnaryOperator<ObjectNode> change) {
        return act(
                key,
                call -> writer.update(
                        call.at(new Target(call.target().resource(), key.namespace(), key.name(), subresource)),
                        false,
                        current -> change.apply(current.deepCopy())));
    }

    boolean dropFinalizer(Key key, String finalizer) {
        return edit(key, "", object -> {
            List<String> left = new java.util.ArrayList<>(Json.strings(object, "metadata", "finalizers"));
            left.remove(finalizer);
            Json.child(object, "metadata").set("finalizers", Json.array(left));
            return object;
        });
    }

    @FunctionalInterface
    private interface Act {
        Object run(Call call);
    }

    private boolean act(Key key, Act act) {
        Resource resource = catalog.byStorage(key.storage());
        if (resource == null) {
            return true; // its kind is no longer served: nobody can see it
        }
        try {
            act.run(Call.system(new Target(resource, key.namespace(), key.name(), "")));
            return true;
        } catch (ApiException e) {
            if (e.code() == 404 || (e.code() == 409 && e.text().contains("UID"))) {
                return true; // gone, or another object by now
            }
            LOG.warn("cannot collect {} {}/{}: {}; trying again", key.storage(), key.namespace(), key.name(), e.text());
            return false;
        } catch (StoreException e) {
            LOG.warn("cannot collect {} {}/{}; trying again", key.storage(), key.namespace(), key.name(), e);
            return false;
        }
    }
}
