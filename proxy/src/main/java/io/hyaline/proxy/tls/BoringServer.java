package io.hyaline.proxy.tls;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.client.PeerCertificate;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** A filter chain's TLS. The context is made anew when a secret has changed; connections under way keep theirs. */
public final class BoringServer implements ServerTls {

    private static final long DEFAULT_HANDSHAKE_MILLIS = 15_000;

    private record Ready(Secrets.Resolved secrets, SslContext context) {}

    private record Begun(Secrets.Resolved secrets, SslHandler handler) {}

    private final TlsPlan.Downstream plan;
    private final Secrets secrets;
    private final long handshakeMillis;
    private @Nullable Ready ready;
    private boolean closed;

    public BoringServer(TlsPlan.Downstream plan, Secrets secrets, Duration handshakeTimeout) {
        this.plan = plan;
        this.secrets = secrets;
        this.handshakeMillis = handshakeTimeout.isZero() ? DEFAULT_HANDSHAKE_MILLIS : handshakeTimeout.toMillis();
    }

    /** The handler holds on to its context; one that cannot be made leaves what was there before. */
    private synchronized Begun begin(Channel channel) throws SSLException {
        if (closed) {
            throw new SSLException("the filter chain is gone");
        }
        Secrets.Resolved now = secrets.resolve(plan.tls());
        Ready current = ready;
        if (current == null || !current.secrets().equals(now)) {
            Ready next = new Ready(now, Contexts.server(plan, now));
            if (current != null) {
                ReferenceCountUtil.release(current.context());
            }
            ready = next;
            current = next;
        }
        return new Begun(now, current.context().newHandler(channel.alloc()));
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (ready != null) {
            ReferenceCountUtil.release(ready.context());
            ready = null;
        }
    }

    @Override
    public void start(Channel channel, Outcome outcome) {
        Begun begun;
        try {
            begun = begin(channel);
        } catch (SSLException | RuntimeException e) {
            outcome.failed("TLS_error:_" + e.getMessage());
            return;
        }
        SslHandler handler = begun.handler();
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        HandshakeGuard guard = new HandshakeGuard();
        channel.pipeline().addLast(handler, guard);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                outcome.failed("TLS_error:_" + done.cause().getMessage());
                return;
            }
            try {
                Downstream.Tls ended = describe(handler, begun.secrets());
                channel.pipeline().remove(guard);
                outcome.secured(ended);
            } catch (CertificateException e) {
                outcome.failed("TLS_error:_" + e.getMessage());
            }
        });
    }

    private Downstream.Tls describe(SslHandler handler, Secrets.Resolved resolved) throws CertificateException {
        SSLSession session = handler.engine().getSession();
        PeerCertificate peer = null;
        X509Certificate leaf = leaf(session);
        if (leaf != null) {
            String refusal = PeerTrust.refusal(resolved.validation(), leaf);
            if (refusal != null) {
                throw new CertificateException(refusal);
            }
            peer = Peers.read(leaf, resolved.certificate());
        } else if (plan.requireClientCertificate()) {
            throw new CertificateException("the client showed no certificate");
        }
        String alpn = handler.applicationProtocol();
        return new Downstream.Tls(session.getProtocol(), session.getCipherSuite(), alpn == null ? "" : alpn, peer);
    }

    static @Nullable X509Certificate leaf(SSLSession session) {
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
