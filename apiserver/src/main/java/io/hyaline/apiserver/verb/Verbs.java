package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.resource.Companions;

/** The verbs, wired. */
public record Verbs(
        Reader reader,
        Writer writer,
        Remover remover,
        Patcher patcher,
        Applier applier,
        Scales scales,
        Questions questions) {

    public static Verbs of(Reader reader, Writer writer, Remover remover, Companions companions, Questions questions) {
        return new Verbs(
                reader,
                writer,
                remover,
                new Patcher(writer),
                new Applier(writer),
                new Scales(writer, companions),
                questions);
    }

    /** Kinds that are not stored: reviews, token requests, bindings, evictions. */
    @FunctionalInterface
    public interface Questions {
        tools.jackson.databind.node.ObjectNode ask(Call call);
    }
}
