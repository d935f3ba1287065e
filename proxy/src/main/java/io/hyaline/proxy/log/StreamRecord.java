package io.hyaline.proxy.log;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.head.Head;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one request, or to one connection that carried no requests. Filled in as it happens, by one event loop,
 * and closed exactly once: that is when the log lines and the counters are written.
 */
public final class StreamRecord {

    /** What was called upstream; addresses as text because that is all anybody wants of them. */
    public record Upstream(
            String cluster,
            String statName,
            String host,
            @Nullable InetSocketAddress local,
            String localText) {}

    private final Downstream downstream;
    private final long startNanos;
    private final long startEpochMicros;
    private ClientAddress client;
    private boolean closed;

    public @Nullable Head request;
    public @Nullable Head response;
    public @Nullable Head trailers;
    public String protocol = "";
    public int status;
    public int flags;
    public String details = "";
    public String terminationDetails = "";
    public String upstreamFailure = "";
    public long bytesReceived;
    public long bytesSent;
    public String route = "";
    public String virtualHost = "";
    public String cluster = "";
    public String clusterStatName = "";
    public @Nullable Upstream upstream;
    public int attempts;
    public boolean healthCheck;
    public long requestEndNanos;
    public long upstreamSentNanos;
    public long responseStartNanos;
    private long endNanos;

    public StreamRecord(Downstream downstream, long startNanos, long startEpochMicros) {
        this.downstream = downstream;
        this.startNanos = startNanos;
        this.startEpochMicros = startEpochMicros;
        this.client = downstream.client();
    }

    public Downstream downstream() {
        return downstream;
    }

    /** Who is calling, as far as this request tells. */
    public ClientAddress client() {
        return client;
    }

    public void client(ClientAddress resolved) {
        client = resolved;
    }

    /** A host of the cluster is called; the own end is unknown while there is no connection. */
    public void called(String host, @Nullable InetSocketAddress local, String localText) {
        upstream = new Upstream(cluster, clusterStatName, host, local, localText);
    }

    public void flag(ResponseFlag flag) {
        flags |= flag.bit();
    }

    public long startNanos() {
        return startNanos;
    }

    public long startEpochMicros() {
        return startEpochMicros;
    }

    public long durationMillis() {
        return (endNanos - startNanos) / 1_000_000;
    }

    public long endNanos() {
        return endNanos;
    }

    /** Ends the record. A second end is a bug in the proxy and throws. */
    public void close(long nowNanos) {
        if (closed) {
            throw new IllegalStateException("the record of connection " + downstream.id() + " is closed twice");
        }
        closed = true;
        endNanos = nowNanos;
    }

    public boolean isClosed() {
        return closed;
    }
}
