package io.hyaline.pilot.analyze;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Reference;
import io.hyaline.pilot.fixture.Certificates;
import io.hyaline.pilot.fixture.GatewayMesh;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnalysisTest {
    private static final String HTTPS = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: https, namespace: default, creationTimestamp: "2026-11-23T01:00:00Z"}
            spec:
              selector: {istio: ingressgateway}
              servers:
              - hosts: [a.example.com]
                port: {name: https, number: 443, protocol: HTTPS}
                tls: {mode: %s, credentialName: site}
            """;

    @Test
    void nothingIsSaidOfTheSeedsScenario() {
        assertThat(Analysis.of(GatewayMesh.httpDemo().snapshot()))
                .containsOnlyKeys(
                        new Reference("Gateway", new ObjectKey("default", "httpbin-gw-httpprotocol")),
                        new Reference("VirtualService", new ObjectKey("default", "httpbin")))
                .allSatisfy((_, findings) -> assertThat(findings).isEmpty());
    }

    /** What a VirtualService has, then what is said of it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "hosts: [x.example.com], gateways: [httpbin-gw-httpprotocol], http: [{route: [{destination: {host: httpbin}}]}] | ~~",
                "hosts: [x.example.com], gateways: [other/gone], http: [{route: [{destination: {host: httpbin}}]}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced gateway not found: \"other/gone\"",
                "hosts: [x.example.com], http: [{route: [{destination: {host: nobody}}]}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced host not found: \"nobody.default.svc.cluster.local\"",
                "hosts: [x.example.com], http: [{route: [{destination: {host: httpbin, port: {number: 9}}}]}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced host:port not found: \"httpbin.default.svc.cluster.local:9\"",
                "hosts: [x.example.com], http: [{route: [{destination: {host: httpbin, subset: v9}}]}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced host+subset in destinationrule not found: \"httpbin.default.svc.cluster.local+v9\"",
                "hosts: [x.example.com], http: [{mirror: {host: nobody}, route: [{destination: {host: httpbin}}]}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced host not found: \"nobody.default.svc.cluster.local\"",
                "hosts: [x.example.com], http: [{delegate: {name: gone}}]"
                        + " | [IST0101] ReferencedResourceNotFound: Referenced delegate VirtualService not found: \"default/gone\"",
                "hosts: [y.example.com], gateways: [narrow], http: [{route: [{destination: {host: httpbin}}]}]"
                        + " | [IST0132] VirtualServiceHostNotFoundInGateway: one or more host [y.example.com] defined in VirtualService default/o not found in Gateway default/narrow.",
                "hosts: [taken.example.com], http: [{route: [{destination: {host: httpbin}}]}]"
                        + " | [IST0109] ConflictingMeshGatewayVirtualServiceHosts: The VirtualServices default/o,default/rival associated with mesh gateway define the same host taken.example.com",
                "hosts: [x.example.com], http: [{route: [{destination: {host: istio-ingressgateway.istio-system.svc.cluster.local}}]}]"
                        + " | [IST0112] VirtualServiceDestinationPortSelectorRequired: This VirtualService routes to a service \"istio-ingressgateway.istio-system.svc.cluster.local\" that exposes multiple ports",
            })
    void whatAVirtualServiceSpeaksOfIsLookedFor(String spec, String said) {
        GatewayMesh mesh = GatewayMesh.httpDemo().put("""
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: narrow, namespace: default}
                spec:
                  selector: {istio: ingressgateway}
                  servers: [{hosts: [x.example.com], port: {name: h, number: 8080, protocol: HTTP}}]
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: rival, namespace: default}
                spec: {hosts: [taken.example.com], http: [{directResponse: {status: 200}}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: o, namespace: default}
                spec: {%s}
                """.formatted(spec));
        verify(mesh, "VirtualService", "o", said);
    }

    /** Mode, what secret there is, and what is said of the Gateway. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SIMPLE | good | ~~",
                "SIMPLE | none | [IST0101] ReferencedResourceNotFound: Referenced credentialName not found: \"site\"",
                "SIMPLE | mixed | [IST0161] InvalidGatewayCredential: The credential istio-system/site referenced by the Gateway is"
                        + " invalid, which can cause the traffic not to work as expected: tls.key is not the key of the certificate"
                        + " in tls.crt; the server is off",
                "SIMPLE | expired | [IST0161] InvalidGatewayCredential: The credential istio-system/site referenced by the Gateway is"
                        + " invalid, which can cause the traffic not to work as expected: the certificate expired at",
                "SIMPLE | early | [IST0161] InvalidGatewayCredential: The credential istio-system/site referenced by the Gateway is"
                        + " invalid, which can cause the traffic not to work as expected: the certificate is not valid before",
                "MUTUAL | good | [IST0161] InvalidGatewayCredential: The credential istio-system/site referenced by the Gateway is"
                        + " invalid, which can cause the traffic not to work as expected: mode MUTUAL needs ca.crt, in it or in"
                        + " istio-system/site-cacert; the server is off",
            })
    void credentialsAreLookedAt(String mode, String secret, String said) {
        GatewayMesh mesh = new GatewayMesh().put(HTTPS.formatted(mode));
        Certificates site = Certificates.of("a.example.com");
        Certificates pair = switch (secret) {
            case "mixed" ->
                new Certificates(
                        site.certificate(), Certificates.of("b.example.com").key());
            case "expired" ->
                Certificates.of("a.example.com", Instant.parse("2020-01-01T00:00:00Z"), Duration.ofDays(10));
            case "early" ->
                Certificates.of("a.example.com", Instant.parse("2099-01-01T00:00:00Z"), Duration.ofDays(10));
            default -> site;
        };
        if (!secret.equals("none")) {
            mesh.objects().put(pair.secret("istio-system", "site"));
        }
        verify(mesh, "Gateway", "https", said);
    }

    @Test
    void serversInConflictAreNamedAtTheYounger() {
        GatewayMesh mesh = GatewayMesh.httpDemo().put("""
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: late, namespace: default, creationTimestamp: "2026-11-23T09:00:00Z"}
                spec:
                  selector: {istio: ingressgateway}
                  servers: [{hosts: ['*'], port: {name: t, number: 80, protocol: TCP}}]
                """);
        verify(
                mesh,
                "Gateway",
                "late",
                "[IST0145] ConflictingGateways: Conflict with gateways on the same workload (istio=ingressgateway): server 80"
                        + " (t): protocol TCP cannot share the port with HTTP of Gateway default/httpbin-gw-httpprotocol");
        verify(mesh, "Gateway", "httpbin-gw-httpprotocol", "");
    }

    @Test
    void selectorsAndPortsThatLeadNowhereAreNamed() {
        String gateway = """
                apiVersion: networking.istio.io/v1
                kind: Gateway
                metadata: {name: lost, namespace: default}
                spec:
                  selector: {istio: %s}
                  servers: [{hosts: ['*'], port: {name: h, number: 9999, protocol: HTTP}}]
                """;
        verify(
                new GatewayMesh().put(gateway.formatted("nobody")),
                "Gateway",
                "lost",
                "[IST0101] ReferencedResourceNotFound: Referenced selector not found: \"istio=nobody\"");
        verify(
                new GatewayMesh().put(gateway.formatted("ingressgateway")),
                "Gateway",
                "lost",
                "[IST0162] GatewayPortNotDefinedOnService: The gateway is listening on a port (port 9999)");
    }

    @Test
    void anObjectThatCannotBeReadSaysSoAndTheOthersGoOn() {
        GatewayMesh mesh = GatewayMesh.httpDemo().put("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: broken, namespace: default}
                spec: {hosts: [a], http: [{match: [{uri: {regex: '(('}}], route: [{destination: {host: httpbin}}]}]}
                ---
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: nobody, namespace: default}
                spec: {host: nobody}
                """);
        verify(
                mesh,
                "VirtualService",
                "broken",
                "[IST0106] SchemaValidationError: Schema validation error: spec.http[0].match[0].uri.regex:");
        verify(
                mesh,
                "DestinationRule",
                "nobody",
                "[IST0174] UnknownDestinationRuleHost: The host nobody.default.svc.cluster.local defined in the DestinationRule");
        verify(mesh, "VirtualService", "httpbin", "");
    }

    private static void verify(GatewayMesh objects, String kind, String name, String said) {
        MeshSnapshot mesh = objects.snapshot();
        List<Finding> findings = Analysis.of(mesh).get(new Reference(kind, new ObjectKey("default", name)));
        assertThat(findings).as("%s %s is looked at", kind, name).isNotNull();
        if (said.isEmpty()) {
            assertThat(findings).isEmpty();
        } else {
            assertThat(findings).hasSize(1);
            assertThat(findings.getFirst().text()).startsWith(said);
        }
    }
}
