package io.hyaline.proxy.client;

import io.hyaline.proxy.loop.Worker;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection from a client, as everything above the socket sees it.
 *
 * @param client who is calling, as far as the connection tells
 * @param direct the TCP peer, whatever a PROXY header said
 * @param local the address the client meant: restored when it was redirected
 * @param restored whether {@code local} differs from the socket's own, or was kept by TPROXY
 * @param originalSourceMark the mark of upstream sockets that carry the client's address; -1 when they do not
 * @param localText {@code local} as the log writes it
 * @param gone done when the connection has closed
 */
public record Downstream(
        long id,
        Worker worker,
        ClientAddress client,
        InetSocketAddress direct,
        InetSocketAddress local,
        boolean restored,
        int originalSourceMark,
        String serverName,
        @Nullable Tls tls,
        Labels labels,
        String localText,
        Future<?> gone) {

    /** The TLS that was ended here; the certificate is null when the client showed none. */
    public record Tls(
            String version,
            String cipher,
            String alpn,
            @Nullable PeerCertificate peer) {}

    /** Names of what took the connection in. */
    public record Labels(String listener, String chain, boolean inbound) {}

    public Downstream withTls(Tls ended) {
        return new Downstream(
                id,
                worker,
                client,
                direct,
                local,
                restored,
                originalSourceMark,
                serverName,
                ended,
                labels,
                localText,
                gone);
    }
}
