package io.hyaline.pilot.ca;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** The pilot's own server certificate, renewed at half its life by whichever handshake comes then. */
public final class ServingKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "pilot";

    private record Current(CertificateAuthority.Issued issued, Instant renewAt) {}

    private final CertificateAuthority authority;
    private final List<String> dnsNames;
    private final InstantSource clock;
    private Current current;

    public ServingKey(CertificateAuthority authority, List<String> dnsNames, InstantSource clock) {
        this.authority = authority;
        this.dnsNames = dnsNames;
        this.clock = clock;
        this.current = issue(authority, dnsNames, clock);
    }

    public synchronized CertificateAuthority.Issued issued() {
        if (!clock.instant().isBefore(current.renewAt())) {
            current = issue(authority, dnsNames, clock);
        }
        return current.issued();
    }

    private static Current issue(CertificateAuthority authority, List<String> dnsNames, InstantSource clock) {
        CertificateAuthority.Issued issued = authority.serve(dnsNames);
        Instant end = issued.chain().getFirst().getNotAfter().toInstant();
        Instant now = clock.instant();
        return new Current(issued, now.plus(Duration.between(now, end).dividedBy(2)));
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return ALIAS;
    }

    @Override
    public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
        return ALIAS;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[] {ALIAS};
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return issued().chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return issued().keys().getPrivate();
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
