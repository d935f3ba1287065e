package io.hyaline.apiserver;

import io.hyaline.apiserver.auth.Authenticator;
import io.hyaline.apiserver.auth.Tokens;
import io.hyaline.apiserver.discovery.Discovery;
import io.hyaline.apiserver.http.Server;
import io.hyaline.apiserver.intake.StandardIntake;
import io.hyaline.apiserver.openapi.OpenApi;
import io.hyaline.apiserver.question.Accounts;
import io.hyaline.apiserver.question.PodMoves;
import io.hyaline.apiserver.question.StandardQuestions;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.Companions;
import io.hyaline.apiserver.schema.ModelSchemas;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.verb.Intake;
import io.hyaline.apiserver.verb.Reader;
import io.hyaline.apiserver.verb.Remover;
import io.hyaline.apiserver.verb.Rest;
import io.hyaline.apiserver.verb.Verbs;
import io.hyaline.apiserver.verb.Writer;

/** Puts the parts together: what a request passes, in this order, is Router, Rest, a verb, the intake, the store. */
final class Wiring {
    private final Router router;
    private final FirstObjects firstObjects;

    Wiring(ApiServerConfig config, Store store, Tokens tokens) {
        ModelSchemas schemas = new ModelSchemas();
        Catalog catalog = new Catalog(schemas);
        Companions companions = Companions.of(schemas);
        Authenticator authenticator = new Authenticator(tokens, store);
        Intake intake = new StandardIntake(store);
        Reader reader = new Reader(store, config.clock());
        Writer writer = new Writer(store, intake, config.clock());
        Remover remover = new Remover(store, intake, config.clock());
        Accounts accounts = new Accounts(store, tokens, authenticator, config.clock());
        var questions = new StandardQuestions(accounts, new PodMoves(writer, remover, catalog), companions);
        Rest rest = new Rest(
                store, Verbs.of(reader, writer, remover, companions, questions), config.podStreams(), config.clock());
        Discovery discovery = new Discovery(catalog, config.advertisedAddress() + ":" + config.port());
        this.router = new Router(authenticator, tokens, catalog, discovery, new OpenApi(catalog), rest);
        this.firstObjects = new FirstObjects(config, store, catalog, writer);
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
    }
}
