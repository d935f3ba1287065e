package io.hyaline.it.differential;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A CA, a server and client certificates, made by openssl for one run. */
final class Certificates {

    private static final char[] PASSWORD = {};

    private final Path directory;

    private Certificates(Path directory) {
        this.directory = directory;
    }

    static Certificates make(Path directory) throws IOException {
        Files.createDirectories(directory);
        Certificates made = new Certificates(directory);
        made.openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/O=hyaline/CN=test root",
                "-keyout",
                "root.key",
                "-out",
                "root.pem");
        made.issue(
                "server", "/CN=server.example", "DNS:server.example,URI:spiffe://cluster.local/ns/default/sa/httpbin");
        made.issue(
                "client",
                "/O=clients/CN=client.example",
                "URI:spiffe://cluster.local/ns/default/sa/sleep,DNS:client.example,DNS:other.example");
        made.issue("spiffe", "/", "URI:spiffe://cluster.local/ns/default/sa/sleep");
        return made;
    }

    Path directory() {
        return directory;
    }

    private void issue(String name, String subject, String alternatives) throws IOException {
        Path extensions = directory.resolve(name + ".ext");
        Files.writeString(extensions, "subjectAltName=critical," + alternatives + "\nbasicConstraints=CA:FALSE\n");
        openssl(
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                subject,
                "-keyout",
                name + ".key",
                "-out",
                name + ".csr");
        openssl(
                "x509",
                "-req",
                "-in",
                name + ".csr",
                "-CA",
                "root.pem",
                "-CAkey",
                "root.key",
                "-CAcreateserial",
                "-days",
                "30",
                "-extfile",
                name + ".ext",
                "-out",
                name + ".pem");
        openssl(
                "pkcs12",
                "-export",
                "-in",
                name + ".pem",
                "-inkey",
                name + ".key",
                "-passout",
                "pass:" + PASSWORD,
                "-out",
                name + ".p12");
    }

    private void openssl(String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** TLS on a connected socket; the server is not verified, it is not what these tests are about. */
    Socket secure(Socket socket, Step.Tls tls) throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            if (!tls.certificate().equals("anonymous")) {
                store.setKeyEntry(
                        "key", key(tls.certificate()), PASSWORD, new Certificate[] {certificate(tls.certificate())});
            }
            keys.init(store, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsAnybody()}, new SecureRandom());
            int port = ((InetSocketAddress) socket.getRemoteSocketAddress()).getPort();
            SSLSocket secured = (SSLSocket) context.getSocketFactory().createSocket(socket, "127.0.0.1", port, true);
            SSLParameters parameters = secured.getSSLParameters();
            tls.serverName().ifPresent(name -> parameters.setServerNames(List.of(new SNIHostName(name))));
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private PrivateKey key(String name) throws IOException, GeneralSecurityException {
        String pem = Files.readString(directory.resolve(name + ".key"));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private Certificate certificate(String name) throws IOException, GeneralSecurityException {
        try (InputStream in = Files.newInputStream(directory.resolve(name + ".pem"))) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
