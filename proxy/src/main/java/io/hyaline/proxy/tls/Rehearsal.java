package io.hyaline.proxy.tls;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a handshake with nobody. The first one of a process loads BoringSSL and finds out what it can do, more than half a
 * second for which the first client would wait, at both ends; beside what else a start has to do it costs no time.
 */
public final class Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

    private Rehearsal() {}

    /** Runs on a thread of its own, which ends soon. */
    public static void begin() {
        Thread.ofPlatform().name("tls-rehearsal").daemon(true).start(Rehearsal::handshake);
    }

    private static void handshake() {
        SSLEngine engine = null;
        SslContext context = null;
        try {
            context = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .trustManager(PeerTrust.of(PeerValidation.NONE))
                    .build();
            engine = context.newEngine(UnpooledByteBufAllocator.DEFAULT);
            engine.beginHandshake();
        } catch (SSLException e) {
            // Who needs TLS will be told the same, and it may be that nobody does.
            LOG.debug("no rehearsal: {}", e.toString());
        } finally {
            ReferenceCountUtil.release(engine);
            ReferenceCountUtil.release(context);
        }
    }
}
