package io.hyaline.apiserver.validate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.json.Yaml;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

final class ServiceRulesTest {
    /** What a spec in YAML flow form has beside a type, an affinity and a port, then what is said of it. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "externalIPs: [203.0.113.7, '2001:db8::1'] | ~~",
                "externalIPs: [nonsense] | spec.externalIPs[0]: Invalid value: \"nonsense\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "externalIPs: [203.0.113.7, '10.1'] | spec.externalIPs[1]: Invalid value: \"10.1\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "externalIPs: [203.0.113.256] | spec.externalIPs[0]: Invalid value: \"203.0.113.256\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "externalIPs: ['fe80::1%eth0'] | spec.externalIPs[0]: Invalid value: \"fe80::1%eth0\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "externalIPs: [127.0.0.1] | spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
                "externalIPs: ['::'] | spec.externalIPs[0]: Invalid value: \"::\": may not be unspecified (0.0.0.0 or ::)",
                "externalIPs: [169.254.1.1] | spec.externalIPs[0]: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)",
                "externalIPs: [224.0.0.5] | spec.externalIPs[0]: Invalid value: \"224.0.0.5\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
                "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/8, ' 2001:db8::/32 '] | ~~",
                "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0] | spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "type: LoadBalancer, loadBalancerSourceRanges: [10.0.0.0/33] | spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0/33\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "loadBalancerSourceRanges: [10.0.0.0/8] | spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
                "type: Loadbalancer | spec.type: Unsupported value: \"Loadbalancer\": supported values: \"ClusterIP\", \"ExternalName\", \"LoadBalancer\", \"NodePort\"",
                "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}} | spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400",
                "sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 0}} | spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400",
                "externalTrafficPolicy: Local | spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services",
                "type: NodePort, externalTrafficPolicy: local | spec.externalTrafficPolicy: Unsupported value: \"local\": supported values: \"Cluster\", \"Local\"",
                "externalIPs: [203.0.113.7], externalTrafficPolicy: Local | ~~",
                "healthCheckNodePort: 30001 | spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
                "loadBalancerClass: other/class | spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
                "allocateLoadBalancerNodePorts: true | spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
                "type: LoadBalancer, clusterIP: None, clusterIPs: [None] | spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for LoadBalancer services",
                "type: ExternalName | spec.externalName: Required value",
                "type: ExternalName, externalName: example.com. | ~~",
                "type: ExternalName, externalName: example.com, clusterIPs: [None] | spec.clusterIPs: Forbidden: may not be set for ExternalName services",
                "type: ExternalName, externalName: example.com, ipFamilies: [IPv4] | spec.ipFamilies: Forbidden: may not be set for ExternalName services",
                "type: ExternalName, externalName: example.com, ipFamilyPolicy: SingleStack | spec.ipFamilyPolicy: Forbidden: may not be set for ExternalName services",
                "ports: [] | spec.ports: Required value",
                "ports: [{port: 0, protocol: TCP}] | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
                "ports: [{port: 80, protocol: TCP, targetPort: 70000}] | spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
                "ports: [{port: 80, protocol: TCP, name: A_b}] | spec.ports[0].name: Invalid value: \"A_b\": a lowercase RFC 1123 label",
                "ports: [{port: 80, protocol: TCP, nodePort: 30080}] | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
                "ports: [{port: 80, protocol: tcp}] | spec.ports[0].protocol: Unsupported value: \"tcp\": supported values: \"SCTP\", \"TCP\", \"UDP\"",
                "ports: [{port: 80, protocol: TCP, appProtocol: a b}] | spec.ports[0].appProtocol: Invalid value: \"a b\": name part must consist",
                "ports: [{name: a, port: 80, protocol: TCP}, {name: a, port: 81, protocol: TCP}] | spec.ports[1].name: Duplicate value: \"a\"",
                "ports: [{name: a, port: 80, protocol: TCP}, {name: b, port: 80, protocol: TCP}] | spec.ports[1]: Duplicate value: {\"port\":80,\"protocol\":\"TCP\"}",
                "ports: [{name: a, port: 80, protocol: TCP}, {name: b, port: 80, protocol: UDP}] | ~~",
                "ports: [{port: 80, protocol: TCP}, {name: b, port: 81, protocol: TCP}] | spec.ports[0].name: Required value",
                "type: NodePort, ports: [{name: a, port: 80, protocol: TCP, nodePort: 30080}, {name: b, port: 81, protocol: TCP, nodePort: 30080}] | spec.ports[1].nodePort: Duplicate value: 30080",
                "type: LoadBalancer, ports: [{port: 10250, protocol: TCP}] | spec.ports[0]: Invalid value: 10250: may not expose port 10250 externally since it is used by kubelet",
            })
    void faultsAreNamed(String spec, String expected) {
        String text = "{metadata: {name: a}, spec: {" + complete(spec) + "}}";
        ObjectNode service =
                (ObjectNode) Yaml.read(text.getBytes(StandardCharsets.UTF_8)).node();
        Findings findings = new Findings();
        ServiceRules.check(service, findings);
        if (expected.isEmpty()) {
            assertThat(findings.errors()).isEmpty();
        } else {
            assertThat(findings.errors()).hasSize(1);
            assertThat(findings.errors().getFirst().toString()).startsWith(expected);
        }
    }

    private static String complete(String spec) {
        return spec
                + (spec.contains("type: ") ? "" : ", type: ClusterIP")
                + (spec.contains("sessionAffinity: ") ? "" : ", sessionAffinity: None")
                + (spec.contains("ports: ") ? "" : ", ports: [{port: 80, protocol: TCP}]");
    }
}
