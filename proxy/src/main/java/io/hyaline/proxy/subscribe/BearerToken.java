package io.hyaline.proxy.subscribe;

import io.grpc.Metadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** The service account's token as a header, read from its file each time: the node renews it there. */
public record BearerToken(Path file) implements Supplier<Metadata> {

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public Metadata get() {
        Metadata headers = new Metadata();
        try {
            headers.put(AUTHORIZATION, "Bearer " + Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the token file " + file, e);
        }
        return headers;
    }
}
