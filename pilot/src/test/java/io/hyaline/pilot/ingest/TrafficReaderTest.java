package io.hyaline.pilot.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.VirtualService;
import io.hyaline.model.gateway.HostPattern;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.model.route.HttpAction;
import org.junit.jupiter.api.Test;

class TrafficReaderTest {
    @Test
    void shortNamesAreCompleted() {
        VirtualService service = new Snapshots()
                .put(object("VirtualService", """
                        hosts: [httpbin, '*.example.com', httpbin.other]
                          gateways: [g, other/h, mesh]
                          exportTo: ['.']
                          http: [{match: [{gateways: [g]}], delegate: {name: d}}]"""))
                .snapshot()
                .traffic()
                .virtualServices()
                .getFirst();
        assertThat(service.hosts())
                .containsExactly("httpbin.default.svc.cluster.local", "*.example.com", "httpbin.other");
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
                        "servers: [{hosts: [./a.x, b/c.x, d.x], port: {name: t, number: 1, protocol: tls},"
                                + " tls: {mode: MUTUAL, credentialName: n}}]"))
                .snapshot()
                .traffic()
                .gateways()
                .getFirst()
                .servers()
                .getFirst();
        assertThat(server.hosts())
                .containsExactly(
                        new HostPattern("default", "a.x"), new HostPattern("b", "c.x"), new HostPattern("*", "d.x"));
        assertThat(server.hostsFor("b")).containsExactly("c.x", "d.x");
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
