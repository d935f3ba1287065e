package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that is reached over IPv6. */
final class Ipv6ServerTest {
    /** Of RFC 5280's GeneralName. */
    private static final int IP_ADDRESS = 7;

    private static ServerFixture fixture;

    @BeforeAll
    static void start() {
        fixture = ServerFixture.start(
                config -> config.withNetwork(List.of("::1"), List.of("fd00:10:96::/108", "10.96.0.0/16")));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void kubectlComesByTheKubeconfig() throws IOException {
        assertThat(Files.readString(fixture.directory.resolve("kubeconfig")))
                .contains("server: https://[::1]:" + fixture.server.port());
        assertThat(fixture.kubectl.run("get", "services", "kubernetes", "-o", "wide"))
                .containsPattern("kubernetes +ClusterIP +fd00:10:96::1 +<none> +443/TCP +\\d+s +<none>");
        assertThat(fixture.kubectl.run("get", "endpointslices"))
                .containsPattern("kubernetes +IPv6 +" + fixture.server.port() + " +::1 +\\d+s");
        assertThat(fixture.kubectl.run("get", "endpoints", "kubernetes"))
                .containsPattern("kubernetes +\\[::1]:" + fixture.server.port() + " +\\d+s");
        assertThat(fixture.kubectl.run("get", "--raw", "/api")).contains("\"serverAddress\":\"[::1]:");
    }

    @Test
    void theCertificateHoldsEveryAddress() throws Exception {
        List<String> addresses = certificate().getSubjectAlternativeNames().stream()
                .filter(name -> name.getFirst().equals(IP_ADDRESS))
                .map(name -> (String) name.get(1))
                .toList();
        assertThat(addresses)
                .containsExactlyInAnyOrder("127.0.0.1", "0:0:0:0:0:0:0:1", "fd00:10:96:0:0:0:0:1", "10.96.0.1");
    }

    @Test
    void portThatIsTakenIsNamedInBrackets(@TempDir Path directory) {
        ApiServerConfig config = ApiServerConfig.local(directory)
                .withNetwork(List.of("::1"), List.of("fd00:10:96::/108"))
                .withPort(fixture.server.port());
        assertThatThrownBy(() -> ApiServer.start(config))
                .hasMessageContaining("cannot listen on [::1]:" + fixture.server.port());
    }

    @Test
    void everyAddressOfTheMachineMeansOneThatOthersReach(@TempDir Path directory) {
        ApiServerConfig config = ApiServerConfig.local(directory)
                .withNetwork(List.of("0.0.0.0", "::"), List.of("10.96.0.0/16", "fd00:10:96::/112"));
        Kubectl client = new Kubectl(config.kubeconfig(), directory.resolve("home"));
        try (ApiServer _ = ApiServer.start(config.withPort(0))) {
            assertThat(client.run("get", "endpointslice", "kubernetes", "-o", "jsonpath={.endpoints[0].addresses[0]}"))
                    .doesNotContain("0.0.0.0");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "127.0.0.1 | fd00::/112 | service IP family \"fd00::/112\" must match public address family \"127.0.0.1\": put the IPv4 range first",
                "::1 | 10.96.0.0/16 | service IP family \"10.96.0.0/16\" must match public address family \"::1\": put the IPv6 range first",
                "localhost | 10.96.0.0/16 | the address to listen on 'localhost' is no IP address",
                "127.0.0.1 | 10.96.0.0/16;10.97.0.0/16 | has two IPv4 ranges",
            })
    void networksThatDoNotFitAreRefused(String address, String ranges, String expected, @TempDir Path directory) {
        assertThatThrownBy(() ->
                        ApiServerConfig.local(directory).withNetwork(List.of(address), List.of(ranges.split(";"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(expected);
    }

    private static X509Certificate certificate() throws Exception {
        SSLContext context = HttpTest.trusting(fixture.directory.resolve("ca.crt"));
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("::1", fixture.server.port())) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
