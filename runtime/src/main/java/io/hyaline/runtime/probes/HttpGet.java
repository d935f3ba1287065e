package io.hyaline.runtime.probes;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** One HTTP/1.1 request on a connected socket, of whose answer only the status counts. */
final class HttpGet {

    private HttpGet() {}

    static int status(Socket socket, HTTPGetAction action, String authority) throws IOException {
        Socket stream = Objects.equals(action.getScheme(), "HTTPS") ? tls(socket) : socket;
        OutputStream out = stream.getOutputStream();
        out.write(request(action, authority).getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
        BufferedReader in =
                new BufferedReader(new InputStreamReader(stream.getInputStream(), StandardCharsets.ISO_8859_1));
        String line = in.readLine();
        if (line == null || !line.matches("HTTP/1\\.[01] \\d{3}.*")) {
            throw new IOException(line == null ? "EOF" : "malformed HTTP response \"" + line + "\"");
        }
        return Integer.parseInt(line.substring(9, 12));
    }

    static String request(HTTPGetAction action, String authority) {
        String path = action.getPath() == null || action.getPath().isEmpty() ? "/" : action.getPath();
        StringBuilder text = new StringBuilder("GET " + (path.startsWith("/") ? path : "/" + path) + " HTTP/1.1\r\n");
        List<HTTPHeader> headers = action.getHttpHeaders() == null ? List.of() : action.getHttpHeaders();
        addUnlessGiven(text, headers, "Host", authority);
        addUnlessGiven(text, headers, "User-Agent", "kube-probe/1.32");
        addUnlessGiven(text, headers, "Accept", "*/*");
        headers.forEach(
                h -> text.append(h.getName()).append(": ").append(h.getValue()).append("\r\n"));
        return text.append("Connection: close\r\n\r\n").toString();
    }

    private static void addUnlessGiven(StringBuilder text, List<HTTPHeader> headers, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (headers.stream().noneMatch(h -> h.getName().toLowerCase(Locale.ROOT).equals(lower))) {
            text.append(name).append(": ").append(value).append("\r\n");
        }
    }

    private static Socket tls(Socket socket) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
            return context.getSocketFactory()
                    .createSocket(socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not available", e);
        }
    }

    /** A probe asks whether something answers, not who; Kubernetes checks no certificate either. */
    private static final class AnyCertificate implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
