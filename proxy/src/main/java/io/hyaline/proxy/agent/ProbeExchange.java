package io.hyaline.proxy.agent;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The one result of a probe: whatever comes first counts, and ends the connection. Used on one event loop. */
final class ProbeExchange {

    private final AppProbe probe;
    private @Nullable Consumer<Prober.Result> done;
    private @Nullable Channel channel;

    ProbeExchange(AppProbe probe, Consumer<Prober.Result> done) {
        this.probe = probe;
        this.done = done;
    }

    /** Ends with an error when the probe's time is up, and closes {@code connection} in any case. */
    void limitTo(Channel connection) {
        if (done == null) {
            connection.close();
            return;
        }
        channel = connection;
        var timer = connection
                .eventLoop()
                .schedule(
                        () -> fail("no answer in " + probe.timeout().toMillis() + " ms"),
                        probe.timeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        connection.closeFuture().addListener(_ -> {
            timer.cancel(false);
            // A refused connection closes before it reports why: the reason comes first this way.
            connection.eventLoop().execute(() -> fail("closed before an answer"));
        });
    }

    void fail(String reason) {
        finish(new Prober.Result(500, reason));
    }

    void finish(Prober.Result result) {
        Consumer<Prober.Result> waiting = done;
        done = null;
        if (channel != null) {
            channel.close();
        }
        if (waiting != null) {
            waiting.accept(result);
        }
    }
}
