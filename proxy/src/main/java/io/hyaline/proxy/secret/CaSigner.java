package io.hyaline.proxy.secret;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.hyaline.proxy.subscribe.BearerToken;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.xds.ca.IstioCertificateRequest;
import io.hyaline.xds.ca.IstioCertificateResponse;
import io.hyaline.xds.ca.IstioCertificateServiceGrpc;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The mesh's CA over gRPC. A channel lives as long as one request: the next one is hours away. */
final class CaSigner implements Signer {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration LIFETIME = Duration.ofHours(24);

    private final Identity identity;
    private final GrpcChannels channels;
    private @Nullable Request current;

    CaSigner(Identity identity, GrpcChannels channels) {
        this.identity = identity;
        this.channels = channels;
    }

    @Override
    public void sign(String requestPem, BiConsumer<@Nullable List<String>, @Nullable String> answer) {
        Metadata headers;
        ManagedChannel channel;
        try {
            headers = new BearerToken(identity.token()).get();
            channel = channels.open(identity.ca());
        } catch (RuntimeException e) {
            answer.accept(null, String.valueOf(e.getMessage()));
            return;
        }
        Request request = new Request(channel, answer);
        current = request;
        ClientCall<IstioCertificateRequest, IstioCertificateResponse> call = channel.newCall(
                IstioCertificateServiceGrpc.getCreateCertificateMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(DEADLINE.toSeconds(), TimeUnit.SECONDS));
        call.start(request, headers);
        call.sendMessage(IstioCertificateRequest.newBuilder()
                .setCsr(requestPem)
                .setValidityDuration(LIFETIME.toSeconds())
                .build());
        call.halfClose();
        call.request(2);
    }

    @Override
    public void close() {
        if (current != null) {
            current.channel.shutdownNow();
            current = null;
        }
    }

    private final class Request extends ClientCall.Listener<IstioCertificateResponse> {

        private final ManagedChannel channel;
        private final BiConsumer<@Nullable List<String>, @Nullable String> answer;
        private List<String> chain = List.of();

        Request(ManagedChannel channel, BiConsumer<@Nullable List<String>, @Nullable String> answer) {
            this.channel = channel;
            this.answer = answer;
        }

        @Override
        public void onMessage(IstioCertificateResponse response) {
            chain = List.copyOf(response.getCertChainList());
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            channel.shutdownNow();
            if (current != this) {
                return;
            }
            current = null;
            if (status.isOk()) {
                answer.accept(chain, null);
            } else {
                String cause = status.getCause() == null ? "" : ": " + status.getCause();
                answer.accept(
                        null,
                        identity.ca().endpoint() + ": " + status.getCode() + ": " + status.getDescription() + cause);
            }
        }
    }
}
