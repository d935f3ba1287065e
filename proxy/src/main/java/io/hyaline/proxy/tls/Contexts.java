package io.hyaline.proxy.tls;

import io.hyaline.identity.Pem;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/** Builds BoringSSL contexts. */
final class Contexts {

    private static final List<String> TLS13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

    private Contexts() {}

    static SslContext server(TlsPlan.Downstream plan, Secrets.Resolved secrets) throws SSLException {
        TlsCertificate certificate = secrets.certificate();
        if (certificate == null) {
            throw new SSLException("a server needs a certificate");
        }
        boolean wanted = plan.requireClientCertificate() || secrets.validation().asks();
        SslContextBuilder builder = (secrets.certificates().size() > 1
                        ? SslContextBuilder.forServer(keys(secrets.certificates()))
                        : SslContextBuilder.forServer(key(certificate), chain(certificate)))
                .clientAuth(
                        plan.requireClientCertificate()
                                ? ClientAuth.REQUIRE
                                : wanted ? ClientAuth.OPTIONAL : ClientAuth.NONE);
        if (wanted) {
            builder.trustManager(PeerTrust.of(secrets.validation()));
        }
        return finish(builder, plan.tls(), plan.tls().alpn());
    }

    private static KeyManagerFactory keys(List<TlsCertificate> certificates) {
        return new OpenSslCachingX509KeyManagerFactory(new KeyManagerFactoryWrapper(new KeyChoice(certificates)));
    }

    static SslContext client(TlsPlan plan, Secrets.Resolved secrets, List<String> alpn) throws SSLException {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .endpointIdentificationAlgorithm(null)
                .trustManager(PeerTrust.of(secrets.validation()));
        TlsCertificate certificate = secrets.certificate();
        if (certificate != null) {
            builder.keyManager(key(certificate), chain(certificate));
        }
        return finish(builder, plan, alpn);
    }

    private static SslContext finish(SslContextBuilder builder, TlsPlan plan, List<String> alpn) throws SSLException {
        builder.sslProvider(SslProvider.OPENSSL_REFCNT);
        builder.protocols(
                plan.minVersion().equals(plan.maxVersion())
                        ? List.of(plan.minVersion())
                        : List.of(plan.minVersion(), plan.maxVersion()));
        if (!plan.ciphers().isEmpty()) {
            List<String> ciphers = new ArrayList<>(plan.ciphers());
            if (plan.maxVersion().equals("TLSv1.3")) {
                ciphers.addAll(TLS13);
            }
            builder.ciphers(ciphers);
        }
        if (!plan.groups().isEmpty()) {
            builder.option(OpenSslContextOption.GROUPS, plan.groups().toArray(String[]::new));
        }
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
        }
        return builder.build();
    }

    /** Read here: Netty would ask Bouncy Castle first, whose signed jar takes half a second to load. */
    private static PrivateKey key(TlsCertificate certificate) {
        return Pem.privateKey(certificate.keyPem());
    }

    private static X509Certificate[] chain(TlsCertificate certificate) {
        return Pem.certificates(certificate.chainPem()).toArray(X509Certificate[]::new);
    }
}
