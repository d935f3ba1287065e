package io.hyaline.proxy.sidecar;

import io.hyaline.identity.Pem;
import io.hyaline.proxy.secret.TestCa.ServerCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** A client that believes every certificate and asks over HTTP/1.1. */
final class TlsCalls {

    private TlsCalls() {}

    static SSLSocket connect(int port, String name, @Nullable ServerCertificate own, Consumer<SSLParameters> settings)
            throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own == null ? null : keys(own), new TrustManager[] {new Everyone()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        socket.setSoTimeout(10_000);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        settings.accept(parameters);
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }

    /** Whether a request is answered; under TLS 1.3 a client learns only then that its certificate was refused. */
    static boolean succeeds(int port, String name, @Nullable ServerCertificate own) throws Exception {
        try (SSLSocket socket = connect(port, name, own, _ -> {})) {
            return ask(socket).equals("HTTP/1.1 200 OK");
        } catch (IOException refused) {
            return false;
        }
    }

    /** The status line of an answer without a body. */
    static String ask(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after: " + head);
            }
            head.append((char) next);
        }
        return head.substring(0, head.indexOf("\r\n"));
    }

    static String sha256(ServerCertificate certificate) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256")
                        .digest(Pem.certificates(certificate.chainPem())
                                .getFirst()
                                .getEncoded()));
    }

    private static KeyManager[] keys(ServerCertificate own) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "own",
                Pem.privateKey(own.keyPem()),
                new char[0],
                Pem.certificates(own.chainPem()).toArray(Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        // The JDK would keep a certificate back that no CA of the server's list has signed.
        return new KeyManager[] {new Insistent((javax.net.ssl.X509ExtendedKeyManager) factory.getKeyManagers()[0])};
    }

    private static final class Insistent extends javax.net.ssl.X509ExtendedKeyManager {

        private final javax.net.ssl.X509ExtendedKeyManager keys;

        Insistent(javax.net.ssl.X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String[] getClientAliases(String type, java.security.Principal[] issuers) {
            return keys.getClientAliases(type, null);
        }

        @Override
        public String chooseClientAlias(String[] types, java.security.Principal[] issuers, java.net.Socket socket) {
            return keys.chooseClientAlias(types, null, socket);
        }

        @Override
        public String[] getServerAliases(String type, java.security.Principal[] issuers) {
            return keys.getServerAliases(type, issuers);
        }

        @Override
        public String chooseServerAlias(String type, java.security.Principal[] issuers, java.net.Socket socket) {
            return keys.chooseServerAlias(type, issuers, socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public java.security.PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    private static final class Everyone extends javax.net.ssl.X509ExtendedTrustManager implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, java.net.Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
