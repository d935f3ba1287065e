package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.Gateway;
import io.hyaline.model.gateway.HostPattern;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerProtocol;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.objects.istio.GatewaySpec;
import io.hyaline.objects.istio.Port;
import io.hyaline.objects.istio.Specs;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Gateways. */
public final class GatewayReader {
    private static final int HIGHEST_PORT = 65_535;
    private static final String TLS_1_2 = "TLSv1_2";
    private static final String TLS_1_3 = "TLSv1_3";

    private GatewayReader() {}

    public static Gateway read(GenericKubernetesResource object) {
        GatewaySpec spec = Specs.read(object, GatewaySpec.class);
        if (spec.servers().isEmpty()) {
            throw new IllegalArgumentException("servers is empty: a Gateway without servers takes no traffic");
        }
        String namespace = Metadata.key(object).namespace();
        List<Server> servers = new ArrayList<>();
        for (int i = 0; i < spec.servers().size(); i++) {
            try {
                servers.add(server(spec.servers().get(i), namespace));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("servers[" + i + "]: " + e.getMessage(), e);
            }
        }
        return new Gateway(Metadata.key(object), Metadata.created(object), spec.selector(), servers);
    }

    private static Server server(GatewaySpec.Server server, String namespace) {
        Port port = server.port();
        if (port == null || port.number() < 1 || port.number() > HIGHEST_PORT) {
            throw new IllegalArgumentException("port.number is missing or not between 1 and " + HIGHEST_PORT);
        }
        ServerProtocol protocol = ServerProtocol.of(port.protocol());
        if (protocol == null) {
            throw new IllegalArgumentException("port.protocol \"" + port.protocol()
                    + "\" is none of HTTP, HTTPS, HTTP2, GRPC, GRPC-WEB, TLS, TCP, MONGO");
        }
        if (server.hosts().isEmpty()) {
            throw new IllegalArgumentException("hosts is empty; * takes every host");
        }
        server.hosts().forEach(GatewayReader::checkHost);
        ServerTls tls = server.tls() == null ? null : tls(server.tls(), protocol);
        boolean needsTls = protocol == ServerProtocol.HTTPS || protocol == ServerProtocol.TLS;
        if (needsTls && tls == null) {
            throw new IllegalArgumentException("tls is missing; protocol " + port.protocol()
                    + " needs tls.mode and, unless it is passed through, " + "tls.credentialName");
        }
        return new Server(
                port.number(),
                port.name(),
                protocol,
                server.bind(),
                server.hosts().stream().map(h -> HostPattern.of(h, namespace)).toList(),
                tls);
    }

    private static void checkHost(String text) {
        String host = text.substring(text.indexOf('/') + 1);
        boolean starIsFirstLabel =
                host.lastIndexOf('*') <= 0 && (!host.startsWith("*") || host.length() == 1 || host.startsWith("*."));
        if (host.isEmpty() || !starIsFirstLabel) {
            throw new IllegalArgumentException(
                    "host \"" + text + "\" is neither a name, nor *, nor *.name (each may follow a namespace and /)");
        }
    }

    private static ServerTls tls(GatewaySpec.ServerTls tls, ServerProtocol protocol) {
        GatewaySpec.TlsMode given = tls.mode();
        // as in the API: not given is its first value, which a server without TLS never looks at
        ServerTls.Mode mode = given == null ? ServerTls.Mode.PASSTHROUGH : ServerTls.Mode.valueOf(given.name());
        List<String> credentials = new ArrayList<>(tls.credentialNames());
        if (!tls.credentialName().isEmpty()) {
            credentials.add(tls.credentialName());
        }
        boolean speaksTls = protocol == ServerProtocol.HTTPS || protocol == ServerProtocol.TLS;
        if (speaksTls && tls.httpsRedirect()) {
            throw new IllegalArgumentException(
                    "tls.httpsRedirect is for servers of protocol HTTP; this one speaks TLS itself");
        }
        boolean ownSecret = mode.endsTls() && mode != ServerTls.Mode.ISTIO_MUTUAL;
        if (speaksTls && ownSecret && credentials.isEmpty()) {
            throw new IllegalArgumentException(
                    "tls.credentialName is missing; mode " + mode + " needs a secret in the gateway's namespace"
                            + (files(tls.files()) ? " (certificates from files are not supported)" : ""));
        }
        if (!tls.verifyCertificateSpki().isEmpty()) {
            throw new IllegalArgumentException("tls.verifyCertificateSpki is not supported; use verifyCertificateHash");
        }
        String lowest = version(tls.minProtocolVersion(), TLS_1_2);
        String highest = version(tls.maxProtocolVersion(), TLS_1_3);
        if (lowest.compareTo(highest) > 0) {
            throw new IllegalArgumentException("tls.minProtocolVersion is above tls.maxProtocolVersion");
        }
        return new ServerTls(
                mode,
                tls.httpsRedirect(),
                credentials,
                tls.subjectAltNames(),
                tls.verifyCertificateHash(),
                lowest,
                highest,
                tls.cipherSuites());
    }

    private static boolean files(GatewaySpec.@Nullable TlsFiles files) {
        return files != null
                && (!files.serverCertificate().isEmpty()
                        || !files.tlsCertificates().isEmpty());
    }

    private static String version(GatewaySpec.@Nullable TlsVersion version, String automatic) {
        return switch (version) {
            case null -> automatic;
            case TLS_AUTO -> automatic;
            case TLSV1_2 -> TLS_1_2;
            case TLSV1_3 -> TLS_1_3;
            case TLSV1_0, TLSV1_1 ->
                throw new IllegalArgumentException("tls: " + version + " is broken and not served; the lowest is "
                        + GatewaySpec.TlsVersion.TLSV1_2);
        };
    }
}
