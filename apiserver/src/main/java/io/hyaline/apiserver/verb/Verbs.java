package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.resource.Companions;
import io.hyaline.apiserver.store.Store;
import java.time.InstantSource;

/** The verbs, wired. */
public record Verbs(
        Reader reader,
        Writer writer,
        Remover remover,
        Patcher patcher,
        Applier applier,
        Scales scales,
        Questions questions) {

    /** The verbs of a store. */
    public static Verbs of(
            Store store,
            InstantSource clock,
            Writer writer,
            Remover remover,
            Companions companions,
            Questions questions) {
        return new Verbs(
                new Reader(store, clock),
                writer,
                remover,
                new Patcher(writer),
                new Applier(store, writer, clock),
                new Scales(writer, companions),
                questions);
    }

    /** Kinds that are not stored: reviews, token requests, bindings, evictions. */
    @FunctionalInterface
    public interface Questions {
        tools.jackson.databind.node.ObjectNode ask(Call call);
    }
}
