package io.hyaline.proxy.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Pings a peer in intervals, and closes the connection when no answer comes in time: Envoy's connection_keepalive. */
final class Heartbeat {

    private static final long PING = 0x6b656570L;

    private final Multiplexer connection;
    private final Http2Limits.KeepAlive settings;
    private @Nullable Future<?> next;
    private @Nullable Future<?> late;

    Heartbeat(Multiplexer connection, Http2Limits.KeepAlive settings) {
        this.connection = connection;
        this.settings = settings;
    }

    void start() {
        long nanos = settings.interval().toNanos();
        if (nanos > 0) {
            long jitter = nanos / 100 * settings.jitterPercent();
            long pause = nanos + (jitter > 0 ? connection.worker.random().nextLong(jitter) : 0);
            next = connection.worker.loop().schedule(this::beat, pause, TimeUnit.NANOSECONDS);
        }
    }

    /** A request is about to begin after {@code idleNanos} without one. */
    void busyAgain(long idleNanos) {
        long idle = settings.idle().toNanos();
        if (idle > 0 && idleNanos > idle) {
            beat();
        }
    }

    private void beat() {
        if (late != null) {
            return;
        }
        ChannelHandlerContext ctx = connection.context();
        connection.encoder().writePing(ctx, false, PING, ctx.newPromise());
        connection.flushSoon();
        late = connection
                .worker
                .loop()
                .schedule(this::giveUp, settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void giveUp() {
        connection.silent();
        connection.context().close();
    }

    /** Whether this was the answer to a ping of ours. */
    boolean answered(long data) {
        if (data != PING) {
            return false;
        }
        stop();
        start();
        return true;
    }

    void stop() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
        if (late != null) {
            late.cancel(false);
            late = null;
        }
    }
}
