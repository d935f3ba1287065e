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
    private static final String TLS_1_2 = "TLSv1_2";
    private static final String TLS_1_3 = "TLSv1_3";

    private GatewayReader() {}

    public static Gateway read(GenericKubernetesResource object) {
        GatewaySpec spec = Specs.read(object, GatewaySpec.class);
        String namespace = Metadata.key(object).namespace();
        return new Gateway(
                Metadata.key(object),
                Metadata.created(object),
                spec.selector(),
                spec.servers().stream().map(s -> server(s, namespace)).toList());
    }

    private static Server server(GatewaySpec.Server server, String namespace) {
        Port port = server.port();
        ServerProtocol protocol = port == null ? null : ServerProtocol.of(port.protocol());
        if (port == null || protocol == null) {
            throw new IllegalArgumentException("a server has no port, or one without a known protocol");
        }
        return new Server(
                port.number(),
                port.name(),
                protocol,
                server.bind(),
                server.hosts().stream().map(h -> HostPattern.of(h, namespace)).toList(),
                server.tls() == null ? null : tls(server.tls()));
    }

    private static ServerTls tls(GatewaySpec.ServerTls tls) {
        GatewaySpec.TlsMode given = tls.mode();
        // as in the API: not given is its first value, which a server without TLS never looks at
        ServerTls.Mode mode = given == null ? ServerTls.Mode.PASSTHROUGH : ServerTls.Mode.valueOf(given.name());
        List<String> credentials = new ArrayList<>(tls.credentialNames());
        if (!tls.credentialName().isEmpty()) {
            credentials.add(tls.credentialName());
        }
        return new ServerTls(
                mode,
                tls.httpsRedirect(),
                credentials,
                tls.subjectAltNames(),
                tls.verifyCertificateHash(),
                version(tls.minProtocolVersion(), TLS_1_2),
                version(tls.maxProtocolVersion(), TLS_1_3),
                tls.cipherSuites());
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
