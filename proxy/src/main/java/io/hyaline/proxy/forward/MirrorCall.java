package io.hyaline.proxy.forward;

import io.hyaline.proxy.codec.ClientStream;
import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.route.FilterSettings;
import io.hyaline.proxy.upstream.Cluster;
import io.hyaline.proxy.upstream.ClusterCounter;
import io.hyaline.proxy.upstream.ClusterPlan.HttpVersion;
import io.hyaline.proxy.upstream.Host;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a request on its way to another cluster. Nobody waits for its answer, and nothing that happens to it touches the
 * request: a copy that its server does not take as fast as it comes is given up once so much of it waits.
 */
final class MirrorCall implements Cluster.Taker, ClientStream.Events {

    private final Worker worker;
    private final Cluster cluster;
    private final Host host;
    private final Head head;
    private final KeptBody kept;
    private Cluster.@Nullable Acquisition waiting;
    private @Nullable ClientStream stream;
    private @Nullable Deadline late;
    private boolean requestEnded;
    private boolean over;

    MirrorCall(Worker worker, Cluster cluster, Host host, Head head, KeptBody kept) {
        this.worker = worker;
        this.cluster = cluster;
        this.host = host;
        this.head = head;
        this.kept = kept;
    }

    void begin(Caller caller) {
        cluster.begin(worker, host);
        HttpVersion version = cluster.plan().protocol().versionFor(head.minorVersion() == Head.HTTP_2);
        String alpn = caller.router().alpn().of(version, head, FilterSettings.NONE);
        waiting = cluster.acquire(worker, host, caller.downstream(), version, alpn, this);
    }

    @Override
    public void ready(ClientStream ready) {
        waiting = null;
        if (over) {
            ready.cancel();
            return;
        }
        stream = ready;
        boolean end = requestEnded && kept.isEmpty();
        ready.send(head, end, this);
        if (!end) {
            kept.replay(ready, requestEnded);
        }
        ready.flush();
    }

    @Override
    public void failed(Reset reset, String reason) {
        waiting = null;
        if (reset != Reset.OVERFLOW) {
            cluster.failed(worker, host, reset == Reset.CONNECT_TIMEOUT);
        }
        end();
    }

    void body(ByteBuf data, boolean end) {
        ClientStream open = stream;
        if (over) {
            data.release();
        } else if (open == null) {
            kept.hold(data);
            if (!kept.hasRoom()) {
                cancel();
            }
        } else if (open.writable()) {
            open.body(data, end);
        } else {
            // What is sent to a stream that is not writable waits in memory: so much and no more.
            data.release();
            cancel();
        }
    }

    void trailers(Head last) {
        if (over) {
            return;
        }
        if (stream != null) {
            stream.trailers(last);
        } else {
            Head own = new Head();
            own.copyFrom(last);
            kept.trailers(own);
        }
    }

    void flush() {
        if (stream != null && !over) {
            stream.flush();
        }
    }

    /** The request is complete: the copy has so long for its answer. */
    void requestEnded(long nanos) {
        if (!over && !requestEnded) {
            requestEnded = true;
            late = new Deadline(this::timedOut);
            worker.deadlines().set(late, System.nanoTime(), nanos);
            flush();
        }
    }

    private void timedOut() {
        if (!over) {
            cluster.counters().add(worker.index(), ClusterCounter.UPSTREAM_RQ_TIMEOUT, 1);
            cluster.failed(worker, host, true);
            cancel();
        }
    }

    /** The request will not become complete, or enough is enough. */
    void cancel() {
        if (!over) {
            if (waiting != null) {
                waiting.cancel();
                waiting = null;
            }
            ClientStream open = stream;
            end();
            if (open != null) {
                open.cancel();
            }
        }
    }

    private void end() {
        if (!over) {
            over = true;
            stream = null;
            kept.release();
            if (late != null) {
                late.cancel();
            }
            cluster.end(worker, host);
        }
    }

    @Override
    public void response(Head answer, boolean end) {
        if (over) {
            return;
        }
        cluster.answered(worker, host, answer.status());
        cluster.counters().add(worker.index(), ClusterCounter.UPSTREAM_RQ_COMPLETED, 1);
        cluster.counters().add(worker.index(), ClusterCounter.ofStatus(answer.status()), 1);
        if (end) {
            answered();
        }
    }

    @Override
    public void responseBody(ByteBuf data, boolean end) {
        data.release();
        if (end) {
            answered();
        }
    }

    @Override
    public void responseTrailers(Head trailers) {
        answered();
    }

    /** An answer that came too early ends the copy as well. */
    private void answered() {
        if (requestEnded) {
            end();
        } else {
            cancel();
        }
    }

    @Override
    public void responsePaused() {
        // Nobody reads the answer.
    }

    @Override
    public void upstreamReset(Reset reset) {
        if (!over) {
            cluster.failed(worker, host, false);
            end();
        }
    }

    @Override
    public void upstreamWritable(boolean writable) {
        // The request does not wait for its copy.
    }
}
