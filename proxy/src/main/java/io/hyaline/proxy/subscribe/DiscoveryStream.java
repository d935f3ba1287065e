package io.hyaline.proxy.subscribe;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.hyaline.xds.client.AdsClient;
import io.hyaline.xds.client.Update;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one discovery stream open for an {@link AdsClient}: connects, sends what it yields, hands on what it accepts, and
 * comes back after every failure. Used on the control thread only; at most one response is in flight.
 */
public final class DiscoveryStream<Q extends Message, R extends Message> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveryStream.class);

    /**
     * What a stream is opened with.
     *
     * @param name for messages to people
     * @param channels opens a fresh channel for each attempt
     * @param headers made for each attempt; tokens are rotated
     */
    public record Server<Q, R>(
            String name,
            Supplier<ManagedChannel> channels,
            Supplier<Metadata> headers,
            MethodDescriptor<Q, R> method) {}

    private final Server<Q, R> server;
    private final AdsClient<Q, R> client;
    private final ScheduledExecutorService control;
    private final Backoff backoff;
    private final Consumer<Update> updates;

    private @Nullable Attempt attempt;
    private @Nullable Future<?> retry;
    private volatile String lastFailure = "";
    private boolean started;
    private boolean closed;

    public DiscoveryStream(
            Server<Q, R> server,
            AdsClient<Q, R> client,
            ScheduledExecutorService control,
            Backoff backoff,
            Consumer<Update> updates) {
        this.server = server;
        this.client = client;
        this.control = control;
        this.backoff = backoff;
        this.updates = updates;
    }

    /** Begins; further calls change nothing. */
    public void start() {
        if (!started) {
            started = true;
            connect();
        }
    }

    private void connect() {
        if (closed) {
            return;
        }
        ManagedChannel channel;
        try {
            channel = server.channels().get();
        } catch (RuntimeException e) {
            failed(String.valueOf(e.getMessage()));
            return;
        }
        Attempt next = new Attempt(channel, channel.newCall(server.method(), CallOptions.DEFAULT));
        attempt = next;
        try {
            next.begin(server.headers().get());
        } catch (RuntimeException e) {
            next.end(String.valueOf(e.getMessage()));
        }
    }

    /** Sends what waits, as far as the stream can take it. Call it after every change of interest. */
    public void send() {
        if (attempt != null) {
            attempt.send();
        }
    }

    /** Why there is no stream now; empty while there is one. May be asked from any thread. */
    public String lastFailure() {
        return lastFailure;
    }

    @Override
    public void close() {
        closed = true;
        if (retry != null) {
            retry.cancel(false);
        }
        if (attempt != null) {
            attempt.cancel();
            attempt = null;
        }
    }

    private void failed(String reason) {
        Duration pause = backoff.next();
        if (!reason.equals(lastFailure)) {
            LOG.warn("{}: no stream ({}); trying again", server.name(), reason);
            lastFailure = reason;
        }
        retry = control.schedule(this::connect, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** One stream on a channel of its own. */
    private final class Attempt extends ClientCall.Listener<R> {

        private final ManagedChannel channel;
        private final ClientCall<Q, R> call;

        Attempt(ManagedChannel channel, ClientCall<Q, R> call) {
            this.channel = channel;
            this.call = call;
        }

        void begin(Metadata headers) {
            client.opened();
            call.start(this, headers);
            call.request(1);
            send();
        }

        void send() {
            while (attempt == this && call.isReady()) {
                Optional<Q> request = client.poll();
                if (request.isEmpty()) {
                    return;
                }
                call.sendMessage(request.get());
            }
        }

        @Override
        public void onReady() {
            send();
        }

        @Override
        public void onMessage(R response) {
            if (attempt != this) {
                return;
            }
            if (!lastFailure.isEmpty()) {
                LOG.info("{}: stream is back", server.name());
                lastFailure = "";
            }
            backoff.reset();
            client.receive(response).ifPresent(updates);
            send();
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end(describe(status));
        }

        void end(String reason) {
            if (attempt == this) {
                attempt = null;
                client.closed();
                cancel();
                failed(reason);
            }
        }

        void cancel() {
            channel.shutdownNow();
        }

        private String describe(Status status) {
            StringBuilder text = new StringBuilder(status.getCode().name());
            if (status.getDescription() != null) {
                text.append(": ").append(status.getDescription());
            }
            for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
                text.append(": ").append(cause.getMessage());
            }
            return text.toString();
        }
    }
}
