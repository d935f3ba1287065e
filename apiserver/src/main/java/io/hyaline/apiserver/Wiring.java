package io.hyaline.apiserver;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.hyaline.apiserver.address.Authority;
import io.hyaline.apiserver.admission.PodAdmission;
import io.hyaline.apiserver.admission.Webhooks;
import io.hyaline.apiserver.allocate.ServiceNumbers;
import io.hyaline.apiserver.auth.Authenticator;
import io.hyaline.apiserver.auth.Tokens;
import io.hyaline.apiserver.discovery.Discovery;
import io.hyaline.apiserver.gc.GarbageCollection;
import io.hyaline.apiserver.http.Server;
import io.hyaline.apiserver.intake.StandardIntake;
import io.hyaline.apiserver.openapi.OpenApi;
import io.hyaline.apiserver.question.Accounts;
import io.hyaline.apiserver.question.PodMoves;
import io.hyaline.apiserver.question.StandardQuestions;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.Companions;
import io.hyaline.apiserver.resource.Definitions;
import io.hyaline.apiserver.schema.ModelSchemas;
import io.hyaline.apiserver.schema.StructuralSchemas;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.verb.Intake;
import io.hyaline.apiserver.verb.Remover;
import io.hyaline.apiserver.verb.Rest;
import io.hyaline.apiserver.verb.Verbs;
import io.hyaline.apiserver.verb.Writer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the parts together: what a request passes, in this order, is Router, Rest, a verb, the intake, the store. */
final class Wiring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

    private final Router router;
    private final FirstObjects firstObjects;
    private final Supplier<GarbageCollection> collection;
    private @Nullable GarbageCollection running;

    Wiring(ApiServerConfig config, Store store, Tokens tokens) {
        ModelSchemas schemas = new ModelSchemas();
        Catalog catalog = new Catalog(schemas);
        followDefinitions(store, catalog, schemas);
        Companions companions = Companions.of(schemas);
        Authenticator authenticator = new Authenticator(tokens, store);
        Intake intake = new StandardIntake(
                store,
                config.clock(),
                new Webhooks(store, catalog),
                new PodAdmission(store, config.clock()),
                new ServiceNumbers(config.ranges(), store));
        Writer writer = new Writer(store, intake, config.clock());
        Remover remover = new Remover(store, intake, config.clock());
        Accounts accounts = new Accounts(store, tokens, authenticator, config.clock());
        var questions = new StandardQuestions(accounts, new PodMoves(writer, remover, catalog), companions);
        Rest rest = new Rest(
                store,
                Verbs.of(store, config.clock(), writer, remover, companions, questions),
                config.podStreams(),
                config.clock());
        Discovery discovery =
                new Discovery(catalog, Authority.of(config.advertised().toString(), config.port()));
        this.router = new Router(authenticator, tokens, catalog, discovery, new OpenApi(catalog), rest);
        this.collection = () -> GarbageCollection.start(store, catalog, writer, remover, config.clock());
        this.firstObjects = new FirstObjects(config, store, catalog, writer);
    }

    /** Serves custom kinds from the moment on in which their definition is stored. */
    private static void followDefinitions(Store store, Catalog catalog, ModelSchemas schemas) {
        Definitions definitions = new Definitions(new StructuralSchemas(schemas.of(ObjectMeta.class)));
        Runnable read =
                () -> catalog.custom(definitions.resources(store.list(Definitions.STORAGE, "").objects().stream()
                        .map(Stored::object)
                        .toList()));
        read.run();
        store.listen(change -> {
            if (change.key().storage().equals(Definitions.STORAGE)) {
                try {
                    read.run();
                } catch (RuntimeException e) {
                    // The definition is stored already; what was served before goes on.
                    LOG.error("cannot serve {}", change.key().name(), e);
                }
            }
        });
    }

    Router router() {
        return router;
    }

    void serve(Server server) {
        router.metrics(server::metrics);
    }

    /** Makes what every cluster has, once the port is known. */
    void begin(int port) {
        firstObjects.make(port);
        running = collection.get();
    }

    @Override
    public void close() {
        if (running != null) {
            running.close();
        }
    }
}
