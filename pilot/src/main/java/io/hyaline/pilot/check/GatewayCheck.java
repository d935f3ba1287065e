package io.hyaline.pilot.check;

import io.hyaline.model.gateway.ServerProtocol;
import io.hyaline.objects.istio.GatewaySpec;
import io.hyaline.objects.istio.GatewaySpec.ServerTls;
import io.hyaline.objects.istio.GatewaySpec.TlsMode;
import io.hyaline.objects.istio.Port;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Gateways. */
final class GatewayCheck {
    /** What BoringSSL, and with it both proxies, can be asked for. */
    private static final Set<String> CIPHERS = Set.of(
            "ECDHE-ECDSA-AES128-GCM-SHA256",
            "ECDHE-RSA-AES128-GCM-SHA256",
            "ECDHE-ECDSA-AES256-GCM-SHA384",
            "ECDHE-RSA-AES256-GCM-SHA384",
            "ECDHE-ECDSA-CHACHA20-POLY1305",
            "ECDHE-RSA-CHACHA20-POLY1305",
            "ECDHE-ECDSA-AES128-SHA",
            "ECDHE-RSA-AES128-SHA",
            "ECDHE-ECDSA-AES256-SHA",
            "ECDHE-RSA-AES256-SHA",
            "AES128-GCM-SHA256",
            "AES256-GCM-SHA384",
            "AES128-SHA",
            "AES256-SHA");

    private final Faults faults;

    GatewayCheck(Faults faults) {
        this.faults = faults;
    }

    void check(GatewaySpec spec) {
        if (spec.servers().isEmpty()) {
            faults.error("spec.servers", "gateway must have at least one server");
        }
        faults.labels("spec.selector", spec.selector());
        if (spec.selector().isEmpty()) {
            faults.warn("spec.selector", "no selector: the servers are those of every gateway pod of every namespace");
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < spec.servers().size(); i++) {
            GatewaySpec.Server server = spec.servers().get(i);
            String path = "spec.servers[" + i + "]";
            server(server, path);
            Port port = server.port();
            if (port != null && !port.name().isEmpty() && !names.add(port.name())) {
                faults.error(
                        path + ".port.name", "port names in servers must be unique: duplicate name " + port.name());
            }
        }
    }

    private void server(GatewaySpec.Server server, String path) {
        Port port = server.port();
        ServerProtocol protocol = null;
        if (port == null) {
            faults.error(path + ".port", "port is required: number, name and protocol");
        } else {
            protocol = port(port, path + ".port");
        }
        if (server.hosts().isEmpty()) {
            faults.error(path + ".hosts", "server config must contain at least one host; '*' takes every host");
        }
        for (int i = 0; i < server.hosts().size(); i++) {
            host(server.hosts().get(i), path + ".hosts[" + i + "]");
        }
        if (!server.bind().isEmpty() && !Syntax.isAddress(server.bind())) {
            faults.error(path + ".bind", "\"" + server.bind() + "\" is not an IP address");
        }
        if (!server.defaultEndpoint().isEmpty()) {
            faults.error(path + ".defaultEndpoint", "not supported; route by a VirtualService");
        }
        if (protocol != null) {
            tls(server.tls(), protocol, path + ".tls");
        }
    }

    private @Nullable ServerProtocol port(Port port, String path) {
        faults.port(path + ".number", port.number());
        if (port.name().isEmpty()) {
            faults.error(path + ".name", "port name must be set");
        }
        faults.deprecated(path + ".targetPort", port.targetPort() != 0, "the target port of the gateway's Service");
        ServerProtocol protocol = ServerProtocol.of(port.protocol());
        if (protocol == null) {
            faults.error(
                    path + ".protocol",
                    "invalid protocol \"" + port.protocol() + "\", supported protocols are HTTP, HTTP2, GRPC, GRPC-WEB,"
                            + " HTTPS, TLS, TCP, MONGO, REDIS, MYSQL");
        }
        return protocol;
    }

    private void host(String text, String path) {
        int slash = text.indexOf('/');
        String namespace = slash < 0 ? "*" : text.substring(0, slash);
        String host = text.substring(slash + 1);
        if (namespace.isEmpty() || host.isEmpty()) {
            faults.error(path, "config namespace and dnsName in namespace/dnsName must be non-empty: \"" + text + "\"");
        } else if (!namespace.equals("*") && !namespace.equals(".")) {
            faults.form(path, namespace, Syntax::label);
        }
        faults.form(path, host, Syntax::host);
        if (!host.isEmpty() && !host.equals("*") && !host.contains(".") && !Syntax.isAddress(host)) {
            faults.error(
                    path, "short names (non FQDN) are not allowed: \"" + host + "\"; clients ask by the full name");
        }
    }

    private void tls(@Nullable ServerTls tls, ServerProtocol protocol, String path) {
        boolean speaksTls = protocol == ServerProtocol.HTTPS || protocol == ServerProtocol.TLS;
        if (tls == null) {
            if (speaksTls) {
                faults.error(path, "server must have TLS settings for HTTPS/TLS protocols: mode, and credentialName");
            }
            return;
        }
        if (!speaksTls) {
            withoutTls(tls, protocol, path);
            return;
        }
        if (tls.httpsRedirect()) {
            faults.error(path + ".httpsRedirect", "is for servers of protocol HTTP; this one speaks TLS itself");
        }
        TlsMode mode = tls.mode();
        if (mode == null) {
            faults.error(
                    path + ".mode", "mode is required: SIMPLE, MUTUAL, OPTIONAL_MUTUAL, ISTIO_MUTUAL, PASSTHROUGH");
            return;
        }
        credentials(tls, mode, path);
        versions(tls, path);
        for (String cipher : tls.cipherSuites()) {
            if (!CIPHERS.contains(cipher)) {
                faults.error(path + ".cipherSuites", "invalid cipher suite: " + cipher + "; no proxy knows it");
            }
        }
        if (new HashSet<>(tls.cipherSuites()).size() < tls.cipherSuites().size()) {
            faults.warn(path + ".cipherSuites", "ignoring duplicate cipher suites");
        }
    }

    private void withoutTls(ServerTls tls, ServerProtocol protocol, String path) {
        boolean more = tls.mode() != null
                || !tls.credentialName().isEmpty()
                || !tls.credentialNames().isEmpty();
        if (more && protocol == ServerProtocol.HTTP) {
            faults.error(
                    path, "server cannot have TLS settings for plain text HTTP ports; HTTPS is the protocol with TLS");
        } else if (protocol != ServerProtocol.HTTP) {
            faults.error(path, "server cannot have TLS settings for non HTTPS/TLS ports");
        }
    }

    private void credentials(ServerTls tls, TlsMode mode, String path) {
        GatewaySpec.TlsFiles files = tls.files();
        boolean fromFiles = files != null
                && !(files.serverCertificate() + files.privateKey() + files.caCertificates() + files.caCrl()).isEmpty();
        if (fromFiles || (files != null && !files.tlsCertificates().isEmpty())) {
            faults.error(
                    path, "certificates from files are not supported; put them into a secret, named by credentialName");
        }
        boolean named =
                !tls.credentialName().isEmpty() || !tls.credentialNames().isEmpty();
        if (!tls.credentialName().isEmpty() && !tls.credentialNames().isEmpty()) {
            faults.error(path, "only one of credentialName and credentialNames can be set");
        }
        switch (mode) {
            case SIMPLE, MUTUAL, OPTIONAL_MUTUAL -> {
                if (!named && !fromFiles) {
                    faults.error(
                            path + ".credentialName",
                            mode + " TLS requires a server certificate: name a secret of the gateway's namespace");
                }
            }
            case ISTIO_MUTUAL -> {
                if (named) {
                    faults.error(
                            path, "ISTIO_MUTUAL TLS cannot have associated credentialName: it uses the mesh's own");
                }
            }
            case PASSTHROUGH, AUTO_PASSTHROUGH -> {
                if (named) {
                    faults.warn(path, mode + " mode does not use certificates, they will be ignored");
                }
            }
        }
        if (!tls.verifyCertificateSpki().isEmpty()) {
            faults.error(path + ".verifyCertificateSpki", "not supported; use verifyCertificateHash");
        }
        hashes(tls.verifyCertificateHash(), path + ".verifyCertificateHash");
    }

    private void hashes(List<String> hashes, String path) {
        for (int i = 0; i < hashes.size(); i++) {
            if (!hashes.get(i).replace(":", "").matches("[0-9a-fA-F]{64}")) {
                faults.error(
                        path + "[" + i + "]", "\"" + hashes.get(i) + "\" is not a SHA-256 in 64 hexadecimal digits");
            }
        }
    }

    private void versions(ServerTls tls, String path) {
        GatewaySpec.TlsVersion lowest = tls.minProtocolVersion();
        GatewaySpec.TlsVersion highest = tls.maxProtocolVersion();
        if (isBroken(lowest) || isBroken(highest)) {
            faults.error(path + ".minProtocolVersion", "TLSV1_0 and TLSV1_1 are broken and not served; use TLSV1_2");
        } else if (lowest == GatewaySpec.TlsVersion.TLSV1_3 && highest == GatewaySpec.TlsVersion.TLSV1_2) {
            faults.error(path + ".minProtocolVersion", "is above maxProtocolVersion: no client could connect");
        }
    }

    private static boolean isBroken(GatewaySpec.@Nullable TlsVersion version) {
        return version == GatewaySpec.TlsVersion.TLSV1_0 || version == GatewaySpec.TlsVersion.TLSV1_1;
    }
}
