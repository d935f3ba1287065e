package io.hyaline.model;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What is spoken on a port, as far as the owner of the Service said it. */
public enum Protocol {
    HTTP,
    HTTP2,
    HTTP_PROXY,
    GRPC,
    GRPC_WEB,
    TCP,
    HTTPS,
    TLS,
    MONGO,
    REDIS,
    MYSQL,
    UDP,
    /** Not said: HTTP or not is found out per connection. */
    AUTO;

    private static final Map<String, Protocol> NAMES = Map.ofEntries(
            Map.entry("tcp", TCP),
            Map.entry("udp", UDP),
            Map.entry("grpc", GRPC),
            Map.entry("grpc-web", GRPC_WEB),
            Map.entry("http", HTTP),
            Map.entry("http2", HTTP2),
            Map.entry("http_proxy", HTTP_PROXY),
            Map.entry("https", HTTPS),
            Map.entry("tls", TLS),
            Map.entry("mongo", MONGO),
            Map.entry("redis", REDIS),
            Map.entry("mysql", MYSQL));

    private static final Map<String, Protocol> KUBERNETES_NAMES =
            Map.of("kubernetes.io/h2c", HTTP2, "kubernetes.io/ws", HTTP, "kubernetes.io/wss", HTTPS);

    /** SMTP, DNS, MySQL, MongoDB: the server speaks first, so sniffing would wait for a client that waits. */
    private static final Set<Integer> SERVER_FIRST_PORTS = Set.of(25, 53, 3306, 27017);

    public boolean isHttp() {
        return switch (this) {
            case HTTP, HTTP2, HTTP_PROXY, GRPC, GRPC_WEB -> true;
            case TCP, HTTPS, TLS, MONGO, REDIS, MYSQL, UDP, AUTO -> false;
        };
    }

    public boolean isHttp2() {
        return this == HTTP2 || this == GRPC || this == GRPC_WEB;
    }

    /** A connection begins with a ClientHello that is not for the mesh. */
    public boolean speaksTls() {
        return this == HTTPS || this == TLS;
    }

    /** The rules of Istio's protocol selection: UDP, then appProtocol, then the port name's prefix, then the number. */
    public static Protocol select(String transport, String appProtocol, String portName, int servicePort) {
        if (transport.equalsIgnoreCase("UDP")) {
            return UDP;
        }
        if (!appProtocol.isEmpty()) {
            String lower = appProtocol.toLowerCase(Locale.ROOT);
            Protocol kubernetes = KUBERNETES_NAMES.get(lower);
            return kubernetes != null ? kubernetes : undeterminedOr(byName(lower), servicePort);
        }
        return undeterminedOr(byName(portName.toLowerCase(Locale.ROOT)), servicePort);
    }

    private static Protocol byName(String name) {
        if (name.equals("grpc-web") || name.startsWith("grpc-web-")) {
            return GRPC_WEB;
        }
        int dash = name.indexOf('-');
        return NAMES.getOrDefault(dash < 0 ? name : name.substring(0, dash), AUTO);
    }

    private static Protocol undeterminedOr(Protocol named, int servicePort) {
        return named == AUTO && SERVER_FIRST_PORTS.contains(servicePort) ? TCP : named;
    }
}
