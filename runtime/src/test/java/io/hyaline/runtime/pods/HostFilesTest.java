package io.hyaline.runtime.pods;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostFilesTest {

    private static HostFiles files(String spec) {
        Pod pod = TestNode.pod("p", spec + "\ncontainers: []");
        return new HostFiles(
                pod,
                List.of("172.20.1.5", "fd00:172:20:1::5"),
                List.of("10.96.0.10", "fd00:10:96::a"),
                "cluster.local");
    }

    @Test
    void shortNamesAreLookedUpInTheOwnNamespaceFirst() {
        assertThat(files("").resolvConf()).isEqualTo("""
                        search default.svc.cluster.local svc.cluster.local cluster.local
                        nameserver 10.96.0.10
                        nameserver fd00:10:96::a
                        options ndots:5
                        """);
    }

    @Test
    void ownSettingsAreAddedAndMayReplaceAll() {
        assertThat(files("dnsConfig: {searches: [example.com], options: [{name: ndots, value: \"2\"}]}")
                        .resolvConf())
                .isEqualTo("""
                        search default.svc.cluster.local svc.cluster.local cluster.local example.com
                        nameserver 10.96.0.10
                        nameserver fd00:10:96::a
                        options ndots:2
                        """);
        assertThat(files("dnsPolicy: None\ndnsConfig: {nameservers: [192.0.2.53]}")
                        .resolvConf())
                .isEqualTo("nameserver 192.0.2.53\n");
    }

    @Test
    void hostsNamesThePodAndItsAliases() {
        String hosts = files("hostname: box\nsubdomain: web\nhostAliases: [{ip: 192.0.2.9, hostnames: [a, b]}]")
                .hosts();
        assertThat(hosts)
                .contains("172.20.1.5\tbox.web.default.svc.cluster.local\tbox\n"
                        + "fd00:172:20:1::5\tbox.web.default.svc.cluster.local\tbox\n")
                .contains("192.0.2.9\ta\tb\n");
    }
}
