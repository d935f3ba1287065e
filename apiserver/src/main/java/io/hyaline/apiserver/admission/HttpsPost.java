package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.address.Authority;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * One POST over TLS to an address whose certificate carries another name, which java.net.http cannot do. The answer must
 * be complete within the time limit.
 */
final class HttpsPost {
    private static final int MAX_ANSWER = 3 << 20;
    private static final int MAX_CONTEXTS = 64;
    private final Map<String, SSLContext> contexts = new ConcurrentHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int code, byte[] body) {}

    Answer send(Destination to, String caBundle, byte[] body, Duration limit)
            throws IOException, GeneralSecurityException {
        IOException last = null;
        for (InetSocketAddress address : to.addresses()) {
            try (Socket plain = new Socket()) {
                connect(plain, address, limit);
                return exchange(plain, to, caBundle, body, limit);
            } catch (java.net.ConnectException e) {
                last = e; // nothing was sent: another endpoint may do
            }
        }
        throw last == null ? new IOException("no address") : last;
    }

    private static void connect(Socket socket, InetSocketAddress address, Duration limit) throws IOException {
        try {
            socket.connect(address, (int) limit.toMillis());
        } catch (IOException e) {
            throw new java.net.ConnectException("dial tcp " + Authority.of(address.getHostString(), address.getPort())
                    + ": connect: " + e.getMessage());
        }
    }

    private Answer exchange(Socket plain, Destination to, String caBundle, byte[] body, Duration limit)
            throws IOException, GeneralSecurityException {
        long end = System.nanoTime() + limit.toNanos();
        // A peer that sends a byte now and then would renew a read timeout for ever; closing the socket does not.
        CompletableFuture<Void> guard = CompletableFuture.runAsync(
                () -> close(plain),
                CompletableFuture.delayedExecutor(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
        try (SSLSocket socket = (SSLSocket)
                context(caBundle).getSocketFactory().createSocket(plain, to.tlsName(), plain.getPort(), true)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            String head = "POST " + to.path() + " HTTP/1.1\r\nHost: " + to.authority()
                    + "\r\nContent-Type: application/json\r\nAccept: application/json\r\nUser-Agent: kube-apiserver-admission"
                    + "\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return read(new BufferedInputStream(socket.getInputStream()));
        } catch (IOException e) {
            if (System.nanoTime() - end >= 0) {
                throw new IOException("context deadline exceeded", e);
            }
            throw e;
        } finally {
            guard.cancel(false);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Answer read(InputStream in) throws IOException {
        String[] status = line(in).split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.")) {
            throw new IOException("malformed HTTP response");
        }
        long length = -1;
        boolean chunked = false;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            String lower = header.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                chunked = true;
            }
        }
        byte[] body =
                chunked ? chunks(in) : in.readNBytes(length < 0 ? MAX_ANSWER : (int) Math.min(length, MAX_ANSWER));
        return new Answer(Integer.parseInt(status[1]), body);
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String size = line(in);
            int semicolon = size.indexOf(';');
            int length = Integer.parseInt((semicolon < 0 ? size : size.substring(0, semicolon)).strip(), 16);
            if (length == 0) {
                return body.toByteArray();
            }
            if (body.size() + length > MAX_ANSWER) {
                throw new IOException("answer of more than " + MAX_ANSWER + " bytes");
            }
            body.write(in.readNBytes(length));
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.length() > 16_384) {
                throw new EOFException("unexpected end of the answer");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    private SSLContext context(String caBundle) throws IOException, GeneralSecurityException {
        SSLContext known = contexts.get(caBundle);
        if (known != null) {
            return known;
        }
        SSLContext made = SSLContext.getInstance("TLS");
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (caBundle.isEmpty()) {
            trust.init((KeyStore) null);
        } else {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            byte[] pem = Base64.getMimeDecoder().decode(caBundle);
            for (Certificate one :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                store.setCertificateEntry("ca" + number++, one);
            }
            trust.init(store);
        }
        made.init(null, trust.getTrustManagers(), null);
        if (contexts.size() >= MAX_CONTEXTS) {
            contexts.clear();
        }
        contexts.put(caBundle, made);
        return made;
    }
}
