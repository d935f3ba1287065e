package io.hyaline.proxy.tls;

import io.hyaline.identity.Pem;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Several certificates at one server: the client's name and signature algorithms choose. */
final class KeyChoice extends X509ExtendedKeyManager {

    /** One of them, by what it is chosen by. */
    record Candidate(String algorithm, List<String> names) {

        boolean isFor(String server) {
            int dot = server.indexOf('.');
            return names.contains(server) || (dot > 0 && names.contains("*" + server.substring(dot)));
        }
    }

    private record Pair(List<X509Certificate> chain, PrivateKey key) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();

    KeyChoice(List<TlsCertificate> certificates) {
        for (TlsCertificate each : certificates) {
            List<X509Certificate> chain = Pem.certificates(each.chainPem());
            X509Certificate leaf = chain.getFirst();
            pairs.add(new Pair(chain, Pem.privateKey(each.keyPem())));
            candidates.add(new Candidate(leaf.getPublicKey().getAlgorithm(), names(leaf)));
        }
    }

    private static List<String> names(X509Certificate leaf) {
        try {
            return Peers.names(leaf, 2).stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .toList();
        } catch (CertificateException e) {
            return List.of(); // nobody finds it by a name
        }
    }

    /**
     * The number of the one to show: among those made for {@code server}, or among all when none is, the first with an EC
     * key if the client takes ECDSA, else the first with another key.
     */
    static int choose(List<Candidate> candidates, String server, List<String> signatures) {
        boolean named = candidates.stream().anyMatch(each -> each.isFor(server));
        boolean ecdsa = signatures.stream()
                .anyMatch(each -> each.toLowerCase(Locale.ROOT).contains("ecdsa"));
        int first = -1;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate each = candidates.get(i);
            if (named && !each.isFor(server)) {
                continue;
            }
            if (each.algorithm().equals("EC") == ecdsa) {
                return i;
            }
            first = first < 0 ? i : first;
        }
        return first;
    }

    @Override
    public String chooseEngineServerAlias(String type, Principal @Nullable [] issuers, SSLEngine engine) {
        String server = "";
        List<String> signatures = List.of();
        if (engine.getHandshakeSession() instanceof ExtendedSSLSession session) {
            for (SNIServerName name : session.getRequestedServerNames()) {
                server = name instanceof SNIHostName host ? host.getAsciiName().toLowerCase(Locale.ROOT) : server;
            }
            signatures = List.of(session.getPeerSupportedSignatureAlgorithms());
        }
        return String.valueOf(choose(candidates, server, signatures));
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return pairs.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pairs.get(Integer.parseInt(alias)).key();
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
