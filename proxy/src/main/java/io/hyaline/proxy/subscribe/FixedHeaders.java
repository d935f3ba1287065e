package io.hyaline.proxy.subscribe;

import io.envoyproxy.envoy.config.core.v3.GrpcService;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.grpc.Metadata;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** What a bootstrap wants every stream to begin with: {@code initial_metadata} of its gRPC service. */
public record FixedHeaders(List<HeaderValue> headers) implements Supplier<Metadata> {

    public static final FixedHeaders NONE = new FixedHeaders(List.of());

    /** Refuses a name that gRPC cannot send. */
    public static FixedHeaders of(GrpcService service) {
        FixedHeaders headers = new FixedHeaders(List.copyOf(service.getInitialMetadataList()));
        try {
            headers.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("initial_metadata: " + e.getMessage(), e);
        }
        return headers;
    }

    @Override
    public Metadata get() {
        Metadata metadata = new Metadata();
        for (HeaderValue header : headers) {
            metadata.put(
                    Metadata.Key.of(header.getKey().toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER),
                    header.getValue());
        }
        return metadata;
    }
}
