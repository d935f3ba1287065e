package io.hyaline.proxy.tls;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLException;

/** The upstream's TLS: one context per plan, ALPN and state of the secrets. */
public final class BoringClient implements ClientTls {

    private static final int MAX_CONTEXTS = 4096;

    private record Key(TlsPlan.Upstream plan, String alpn, Secrets.Resolved secrets) {}

    private final Secrets secrets;
    private final Map<Key, SslContext> contexts = new HashMap<>();

    public BoringClient(Secrets secrets) {
        this.secrets = secrets;
    }

    /** It holds on to its context, which another connection's rotation may let go of at any time. */
    private synchronized SslHandler handler(Key key, Channel channel) throws SSLException {
        return context(key).newHandler(channel.alloc());
    }

    private SslContext context(Key key) throws SSLException {
        SslContext known = contexts.get(key);
        if (known != null) {
            return known;
        }
        boolean full = contexts.size() >= MAX_CONTEXTS;
        contexts.entrySet().removeIf(entry -> {
            Key old = entry.getKey();
            boolean stale = full || (old.plan().equals(key.plan()) && old.alpn().equals(key.alpn()));
            if (stale) {
                ReferenceCountUtil.release(entry.getValue());
            }
            return stale;
        });
        List<String> alpn = key.alpn().isEmpty()
                ? key.plan().tls().alpn()
                : List.of(key.alpn().split(","));
        SslContext made = Contexts.client(key.plan().tls(), key.secrets(), alpn);
        contexts.put(key, made);
        return made;
    }

    @Override
    public synchronized void close() {
        contexts.values().forEach(ReferenceCountUtil::release);
        contexts.clear();
    }

    @Override
    public void start(Channel channel, TlsPlan.Upstream plan, String alpn, Outcome outcome) {
        Secrets.Resolved resolved;
        SslHandler handler;
        try {
            resolved = secrets.resolve(plan.tls());
            handler = handler(new Key(plan, alpn, resolved), channel);
        } catch (SSLException | RuntimeException e) {
            outcome.failed("TLS_error:_" + e.getMessage());
            return;
        }
        if (!plan.sni().isEmpty() && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            // JSSE would drop names with an underscore, which is what Istio's are
            SSL.setTlsExtHostName(engine.sslPointer(), plan.sni());
        }
        handler.setHandshakeTimeoutMillis(0);
        HandshakeGuard guard = new HandshakeGuard();
        channel.pipeline().addLast(handler, guard);
        handler.handshakeFuture().addListener(done -> {
            if (!done.isSuccess()) {
                // A server that just goes away has given no reason.
                outcome.failed(
                        done.cause() instanceof ClosedChannelException ? "" : "TLS_error:_" + reason(done.cause()));
                return;
            }
            String refusal = refusal(handler, resolved);
            if (refusal == null) {
                channel.pipeline().remove(guard);
                outcome.secured();
            } else {
                outcome.failed("TLS_error:_" + refusal);
            }
        });
    }

    private static String reason(Throwable cause) {
        Throwable deepest = cause;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private static @org.jspecify.annotations.Nullable String refusal(SslHandler handler, Secrets.Resolved resolved) {
        X509Certificate leaf = BoringServer.leaf(handler.engine().getSession());
        if (leaf == null) {
            return "the server showed no certificate";
        }
        try {
            return PeerTrust.refusal(resolved.validation(), leaf);
        } catch (CertificateException e) {
            return e.getMessage();
        }
    }
}
