package io.hyaline.apiserver.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Addresses of both families outside of a Service's ClusterIPs. */
final class AddressRulesTest {
    /** An EndpointSlice's type and addresses, what is said of them. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "IPv4 | 10.1.2.3 | ~~",
                "IPv6 | 'fd00::1' | ~~",
                "IPv4 | 'fd00::1' | endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address",
                "IPv6 | 10.1.2.3 | endpoints[0].addresses[0]: Invalid value: \"10.1.2.3\": must be a valid IPv6 address",
                "IPv6 | '::ffff:10.1.2.3' | endpoints[0].addresses[0]: Invalid value: \"::ffff:10.1.2.3\": must be a valid IPv6 address",
                "IPv6 | 'fe80::1' | endpoints[0].addresses[0]: Invalid value: \"fe80::1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)",
                "IPv6 | '::' | endpoints[0].addresses[0]: Invalid value: \"::\": may not be unspecified (0.0.0.0 or ::)",
                "IPv6 | 'ff02::1' | endpoints[0].addresses[0]: Invalid value: \"ff02::1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
                "IPv6 | '::1' | ~~",
                "IPv4 | 127.0.0.1 | ~~",
                "IPv4 | ~~ | endpoints[0].addresses: Required value: must contain at least 1 address",
                "FQDN | a.example.com | ~~",
                "IPv7 | 10.1.2.3 | addressType: Unsupported value: \"IPv7\": supported values: \"FQDN\", \"IPv4\", \"IPv6\"",
                "'' | 10.1.2.3 | addressType: Required value",
            })
    void slicesHoldAddressesOfTheirType(String type, String addresses, String expected) {
        Findings findings = new Findings();
        EndpointRules.slice(
                yaml("{addressType: " + type + ", endpoints: [{addresses: [" + addresses + "]}]}"), findings);
        assertThat(print(findings)).isEqualTo(expected);
    }

    @Test
    void aSliceKeepsItsType() {
        Findings findings = new Findings();
        EndpointRules.updated(yaml("{addressType: IPv6}"), yaml("{addressType: IPv4}"), findings);
        assertThat(print(findings)).isEqualTo("addressType: Invalid value: \"IPv6\": field is immutable");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[{ip: 10.1.2.3}] | ~~",
                "[{ip: 10.1.2.3}, {ip: 'fd00::3'}] | ~~",
                "[{ip: 'fd00::3'}, {ip: 10.1.2.3}] | ~~",
                "[{ip: banana}] | status.podIPs[0]: Invalid value: \"banana\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "[{ip: 10.1.2.3}, {ip: 10.1.2.4}] | status.podIPs: Invalid value: []core.PodIP{core.PodIP{IP:\"10.1.2.3\"}, core.PodIP{IP:\"10.1.2.4\"}}: may specify no more than one IP for each IP family",
                "[{ip: 'fd00::3'}, {ip: 10.1.2.3}, {ip: 'fd00::3'}] | status.podIPs: Invalid value: []core.PodIP{core.PodIP{IP:\"fd00::3\"}, core.PodIP{IP:\"10.1.2.3\"}, core.PodIP{IP:\"fd00::3\"}}: may specify no more than one IP for each IP family; status.podIPs[2]: Duplicate value: core.PodIP{IP:\"fd00::3\"}",
            })
    void podsHaveOneAddressOfEachFamily(String addresses, String expected) {
        Findings findings = new Findings();
        StatusRules.pod(yaml("{status: {podIPs: " + addresses + "}}"), findings);
        assertThat(print(findings)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ip: 203.0.113.80} | ~~",
                "{ip: 'fd00:203::80'} | ~~",
                "{hostname: a.example.com} | ~~",
                "{ip: banana} | status.loadBalancer.ingress[0].ip: Invalid value: \"banana\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "{hostname: 203.0.113.80} | status.loadBalancer.ingress[0].hostname: Invalid value: \"203.0.113.80\": must be a DNS name, not an IP address",
            })
    void balancersReportAddresses(String ingress, String expected) {
        Findings findings = new Findings();
        StatusRules.service(yaml("{status: {loadBalancer: {ingress: [" + ingress + "]}}}"), findings);
        assertThat(print(findings)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "clusterIPs: [10.96.0.5, 'fd00::5'] | ~~",
                "clusterIP: None, clusterIPs: [None] | ~~",
                "clusterIPs: ['2001:db8:0:0::2'] | spec.clusterIPs[0]: IPv6 address \"2001:db8:0:0::2\" is not in RFC 5952 canonical format (\"2001:db8::2\"), which may cause controller apply-loops",
                "externalIPs: [192.012.2.2] | spec.externalIPs[0]: IP address was accepted, but will be invalid in a future Kubernetes release: ParseAddr(\"192.012.2.2\"): IPv4 field has octet with leading zero",
                "loadBalancerIP: banana | spec.loadBalancerIP: IP address was accepted, but will be invalid in a future Kubernetes release: ParseAddr(\"banana\"): unable to parse IP",
                "loadBalancerIP: 'fd00::1' | ~~",
                "loadBalancerSourceRanges: ['2001:db8::/32', 10.0.0.0/8] | ~~",
                "loadBalancerSourceRanges: ['2001:DB8::1/32'] | spec.loadBalancerSourceRanges[0]: IPv6 prefix \"2001:DB8::1/32\" is not in RFC 5952 canonical format (\"2001:db8::1/32\"), which may cause controller apply-loops",
                "loadBalancerSourceRanges: [010.0.0.0/8] | spec.loadBalancerSourceRanges[0]: IP prefix was accepted, but will be invalid in a future Kubernetes release: netip.ParsePrefix(\"010.0.0.0/8\"): ParseAddr(\"010.0.0.0\"): IPv4 field has octet with leading zero",
            })
    void addressesInAnotherFormAreWarnedOf(String spec, String expected) {
        assertThat(String.join("; ", Warnings.service(yaml("{spec: {" + spec + "}}"))))
                .isEqualTo(expected);
    }

    private static String print(Findings findings) {
        return findings.errors().stream().map(FieldError::toString).collect(Collectors.joining("; "));
    }

    private static ObjectNode yaml(String text) {
        return (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
    }
}
