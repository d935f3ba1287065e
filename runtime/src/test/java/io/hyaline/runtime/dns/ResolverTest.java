package io.hyaline.runtime.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResolverTest {

    private static final DnsZone ZONE = DnsZone.of(
            "cluster.local",
            List.of(
                    service("httpbin", "clusterIP: 10.96.1.1, ports: [{name: http, port: 8000}]"),
                    service("db", "clusterIP: None, ports: [{name: sql, port: 5432}]"),
                    service(
                            "both",
                            "clusterIP: 10.96.1.2, clusterIPs: [10.96.1.2, \"fd00:10:96::102\"], ports: [{name: http, port: 80}]"),
                    service("out", "type: ExternalName, externalName: example.com"),
                    service("near", "type: ExternalName, externalName: httpbin.default.svc.cluster.local")),
            List.of(slice("IPv4", """
                    - {addresses: [172.20.1.7], hostname: db-0, conditions: {ready: true}}
                    - {addresses: [172.20.1.8], conditions: {ready: false}}
                    """), slice("IPv6", """
                    - {addresses: ["fd00:172:20:1::7"], hostname: db-0, conditions: {ready: true}}
                    - {addresses: ["fd00:172:20:1::"], conditions: {ready: true}}
                    """)));

    private static EndpointSlice slice(String type, String endpoints) {
        return Serialization.unmarshal("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: db-%1$s, namespace: default, labels: {kubernetes.io/service-name: db}}
                addressType: %1$s
                ports: [{name: sql, port: 5432, protocol: TCP}]
                endpoints:
                """.formatted(type) + endpoints, EndpointSlice.class);
    }

    private static Service service(String name, String spec) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: default}
                spec: {%s}
                """.formatted(name, spec), Service.class);
    }

    @ParameterizedTest
    @CsvSource({
        "httpbin.default.svc.cluster.local, 'Found[addresses=[10.96.1.1], targets=[]]'",
        "HTTPBIN.Default.svc.cluster.local., 'Found[addresses=[10.96.1.1], targets=[]]'",
        "both.default.svc.cluster.local, 'Found[addresses=[10.96.1.2, fd00:10:96::102], targets=[]]'",
        "db.default.svc.cluster.local, 'Found[addresses=[172.20.1.7, fd00:172:20:1::7, fd00:172:20:1::], targets=[]]'",
        "db-0.db.default.svc.cluster.local, 'Found[addresses=[172.20.1.7, fd00:172:20:1::7], targets=[]]'",
        "fd00-172-20-1--0.db.default.svc.cluster.local, 'Found[addresses=[fd00:172:20:1::], targets=[]]'",
        "fd00-172-20-1--9.default.pod.cluster.local, 'Found[addresses=[fd00:172:20:1::9], targets=[]]'",
        "default.svc.cluster.local, 'Found[addresses=[], targets=[]]'",
        "172-20-1-9.default.pod.cluster.local, 'Found[addresses=[172.20.1.9], targets=[]]'",
        "out.default.svc.cluster.local, Alias[name=example.com]",
        "nothing.default.svc.cluster.local, Missing[]",
        "httpbin.default.svc.cluster.local.cluster.local, Missing[]",
        "example.com, Foreign[]"
    })
    void names(String name, String expected) {
        assertThat(ZONE.find(name)).hasToString(expected);
    }

    @Test
    void portsAreServices() {
        assertThat(ZONE.find("_http._tcp.httpbin.default.svc.cluster.local"))
                .hasToString(
                        "Found[addresses=[], targets=[Target[host=httpbin.default.svc.cluster.local, port=8000]]]");
    }

    @Test
    void aPodWithTwoAddressesIsOneTarget() {
        assertThat(ZONE.find("_sql._tcp.db.default.svc.cluster.local"))
                .hasToString("Found[addresses=[], targets=[Target[host=db-0.db.default.svc.cluster.local, port=5432],"
                        + " Target[host=fd00-172-20-1--0.db.default.svc.cluster.local, port=5432]]]");
    }

    @ParameterizedTest
    @CsvSource({
        "both.default.svc.cluster.local, 1, 1",
        "both.default.svc.cluster.local, 28, 1",
        "both.default.svc.cluster.local, 255, 2",
        "db.default.svc.cluster.local, 28, 2",
        "httpbin.default.svc.cluster.local, 28, 0",
        "2.1.96.10.in-addr.arpa, 12, 1",
        "2.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa, 12, 1",
        "2.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.D.F.IP6.ARPA, 1, 0",
        "2.0.1.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa, 12, 0"
    })
    void answersOfEachFamily(String name, int type, int expected) {
        byte[] answer = new Resolver(() -> ZONE, query -> null).answer(query(name, type), true);
        assertThat(count(answer)).isEqualTo(expected);
    }

    @Test
    void addressesOnTheWire() throws Exception {
        Resolver resolver = new Resolver(() -> ZONE, query -> null);
        assertThat(resolver.answer(query("both.default.svc.cluster.local", DnsMessage.AAAA), true))
                .endsWith(InetAddress.ofLiteral("fd00:10:96::102").getAddress());
    }

    private static byte[] query(String name, int type) {
        byte[] message = new byte[12 + name.length() + 2 + 4];
        message[1] = 7;
        message[2] = 1;
        message[5] = 1;
        int at = 12;
        for (String label : name.split("\\.")) {
            message[at++] = (byte) label.length();
            for (char c : label.toCharArray()) {
                message[at++] = (byte) c;
            }
        }
        message[at + 2] = (byte) type;
        message[at + 4] = 1;
        return message;
    }

    private static int code(byte[] answer) {
        return answer[3] & 15;
    }

    private static int count(byte[] answer) {
        return answer[7];
    }

    @Test
    void answersOnTheWire() {
        Resolver resolver = new Resolver(() -> ZONE, query -> null);
        byte[] found = resolver.answer(query("httpbin.default.svc.cluster.local", DnsMessage.A), true);
        assertThat(found).endsWith(10, 96, 1, 1);
        assertThat(count(found)).isEqualTo(1);
        byte[] v6 = resolver.answer(query("httpbin.default.svc.cluster.local", DnsMessage.AAAA), true);
        assertThat(code(v6)).isEqualTo(DnsMessage.NO_ERROR);
        assertThat(count(v6)).isZero();
        byte[] alias = resolver.answer(query("near.default.svc.cluster.local", DnsMessage.A), true);
        assertThat(count(alias)).isEqualTo(2);
        assertThat(alias).endsWith(10, 96, 1, 1);
        assertThat(code(resolver.answer(query("no.default.svc.cluster.local", DnsMessage.A), true)))
                .isEqualTo(DnsMessage.NO_SUCH_NAME);
        assertThat(code(resolver.answer(query("example.com", DnsMessage.A), true)))
                .isEqualTo(DnsMessage.NO_SUCH_NAME);
        assertThat(resolver.answer(new byte[] {1, 2, 3}, true)).isNull();
    }
}
