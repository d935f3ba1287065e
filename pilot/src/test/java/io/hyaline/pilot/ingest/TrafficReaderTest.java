package io.hyaline.pilot.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.VirtualService;
import io.hyaline.model.gateway.HostPattern;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.model.route.HttpAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "servers: []|servers is empty",
                "servers: [{hosts: ['*'], port: {number: 80, protocol: SPDY}}]|servers[0]: port.protocol \"SPDY\"",
                "servers: [{hosts: ['*'], port: {protocol: HTTP}}]|port.number is missing",
                "servers: [{hosts: [], port: {number: 80, protocol: HTTP}}]|hosts is empty",
                "servers: [{hosts: ['a.*.b'], port: {number: 80, protocol: HTTP}}]|host \"a.*.b\"",
                "servers: [{hosts: ['*a'], port: {number: 80, protocol: HTTP}}]|host \"*a\"",
                "servers: [{hosts: ['*'], port: {number: 443, protocol: HTTPS}}]|tls is missing",
                "servers: [{hosts: ['*'], port: {number: 443, protocol: HTTPS}, tls: {mode: SIMPLE}}]|credentialName is missing",
                "servers: [{hosts: ['*'], port: {number: 443, protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL,"
                        + " minProtocolVersion: TLSV1_0}}]|TLSV1_0 is broken and not served",
                "servers: [{hosts: ['*'], port: {number: 443, protocol: HTTPS}, tls: {mode: ISTIO_MUTUAL,"
                        + " minProtocolVersion: TLSV1_3, maxProtocolVersion: TLSV1_2}}]|is above",
                "servers: [{hosts: ['*'], port: {number: 443, protocol: HTTPS}, tls: {mode: PASSTHROUGH,"
                        + " httpsRedirect: true}}]|httpsRedirect is for servers of protocol HTTP",
            })
    void namesWhatIsWrongWithAGateway(String spec, String reason) {
        Snapshots objects = new Snapshots().put(object("Gateway", spec));
        assertThat(objects.snapshot().traffic().gateways()).isEmpty();
        assertThat(objects.reports().getFirst().reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hosts: [a]|none of http, tls and tcp",
                "http: [{name: x}]|http[0]: needs exactly one of route",
                "http: [{route: [{destination: {host: a}}], redirect: {uri: /}}]|needs exactly one of route",
                "http: [{route: [{destination: {host: ''}}]}]|a destination has no host",
                "http: [{route: [{destination: {host: a}}, {destination: {host: b}}]}]|add up to 0",
                "http: [{match: [{uri: {regex: '(('}}], route: [{destination: {host: a}}]}]|uri is not an RE2 pattern",
                "http: [{timeout: soon, route: [{destination: {host: a}}]}]|timeout is not a duration",
                "http: [{redirect: {redirectCode: 200}}]|redirectCode 200",
                "http: [{directResponse: {status: 99}}]|status 99",
                "http: [{fault: {}, route: [{destination: {host: a}}]}]|neither delay nor abort",
                "http: [{fault: {abort: {percentage: {value: 101}, httpStatus: 500}}, route: [{destination: {host: a}}]}]"
                        + "|a percentage is 101.0",
                "tls: [{route: [{destination: {host: a}}]}]|needs sniHosts",
                "tcp: [{route: []}]|has no destination",
            })
    void namesWhatIsWrongWithAVirtualService(String spec, String reason) {
        Snapshots objects = new Snapshots().put(object("VirtualService", spec));
        assertThat(objects.snapshot().traffic().virtualServices()).isEmpty();
        assertThat(objects.reports().getFirst().reason()).contains(reason);
    }

    @Test
    void shortNamesAreCompleted() {
        VirtualService service = new Snapshots()
                .put(object("VirtualService", """
                        hosts: [httpbin, '*', '*.example.com', httpbin.other]
                          gateways: [g, other/h, mesh]
                          exportTo: ['.']
                          http: [{match: [{gateways: [g]}], delegate: {name: d}}]"""))
                .snapshot()
                .traffic()
                .virtualServices()
                .getFirst();
        assertThat(service.hosts())
                .containsExactly("httpbin.default.svc.cluster.local", "*", "*.example.com", "httpbin.other");
        assertThat(service.gateways()).containsExactly("default/g", "other/h", "mesh");
        assertThat(service.exportTo()).containsExactly("default");
        assertThat(service.http().getFirst().matches().getFirst().caller().gateways())
                .containsExactly("default/g");
        assertThat(service.http().getFirst().action()).isEqualTo(new HttpAction.Delegate("default", "d"));
    }

    @Test
    void withoutGatewaysItIsForSidecars() {
        Snapshots objects =
                new Snapshots().put(object("VirtualService", "http: [{route: [{destination: {host: a}}]}]"));
        assertThat(objects.snapshot().traffic().virtualServices().getFirst().gateways())
                .containsExactly("mesh");
    }

    @Test
    void readsHostsAndTlsOfAServer() {
        var server = new Snapshots()
                .put(object(
                        "Gateway",
                        "servers: [{hosts: [./a, b/c, d], port: {number: 1, protocol: tls},"
                                + " tls: {mode: MUTUAL, credentialName: n}}]"))
                .snapshot()
                .traffic()
                .gateways()
                .getFirst()
                .servers()
                .getFirst();
        assertThat(server.hosts())
                .containsExactly(new HostPattern("default", "a"), new HostPattern("b", "c"), new HostPattern("*", "d"));
        assertThat(server.hostsFor("b")).containsExactly("c", "d");
        assertThat(server.tls().mode()).isEqualTo(ServerTls.Mode.MUTUAL);
        assertThat(server.tls().lowest()).isEqualTo("TLSv1_2");
    }

    private static String object(String kind, String spec) {
        return """
                apiVersion: networking.istio.io/v1
                kind: %s
                metadata: {name: o, namespace: default}
                spec:
                  %s
                """.formatted(kind, spec);
    }
}
