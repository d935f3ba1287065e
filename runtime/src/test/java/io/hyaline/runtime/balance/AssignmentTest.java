package io.hyaline.runtime.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LoadBalancerIngressBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.hyaline.runtime.balance.Assignment.Pool;
import io.hyaline.runtime.net.Ip;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final Pool V4 = new Pool(Ip.V4, List.of("203.0.113.80", "203.0.113.81"));
    private static final Pool V6 = new Pool(Ip.V6, List.of("2001:db8:113::50", "2001:db8:113::51"));
    private static final List<Pool> POOL = List.of(V4);

    private static Service service(String name, String created, String has, String wants) {
        ServiceBuilder service = new ServiceBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .withCreationTimestamp(created)
                .endMetadata()
                .withNewSpec()
                .withType("LoadBalancer")
                .withLoadBalancerIP(wants.isEmpty() ? null : wants)
                .endSpec();
        if (!has.isEmpty()) {
            service.withNewStatus()
                    .withNewLoadBalancer()
                    .withIngress(Stream.of(has.split(","))
                            .map(ip ->
                                    new LoadBalancerIngressBuilder().withIp(ip).build())
                            .toList())
                    .endLoadBalancer()
                    .endStatus();
        }
        return service.build();
    }

    @Test
    void whatOneHasItKeeps() {
        Assignment assignment = Assignment.of(
                List.of(
                        service("old", "2026-01-01T00:00:00Z", "", ""),
                        service("b", "2026-01-02T00:00:00Z", "203.0.113.80", "")),
                POOL);
        assertThat(assignment.addresses())
                .containsEntry("default/b", List.of("203.0.113.80"))
                .containsEntry("default/old", List.of("203.0.113.81"));
        assertThat(assignment.problems()).isEmpty();
    }

    @Test
    void aRequestComesBeforeWhoeverTakesAny() {
        Assignment assignment = Assignment.of(
                List.of(
                        service("a", "2026-01-01T00:00:00Z", "", ""),
                        service("b", "2026-01-02T00:00:00Z", "", "203.0.113.80")),
                POOL);
        assertThat(assignment.addresses())
                .containsEntry("default/b", List.of("203.0.113.80"))
                .containsEntry("default/a", List.of("203.0.113.81"));
    }

    @Test
    void whatCannotBeSaysWhy() {
        Assignment assignment = Assignment.of(
                List.of(
                        service("a", "1", "203.0.113.80", ""),
                        service("b", "2", "", "203.0.113.80"),
                        service("c", "3", "", "192.0.2.1"),
                        service("d", "4", "", ""),
                        service("e", "5", "", "")),
                POOL);
        assertThat(assignment.addresses()).containsOnlyKeys("default/a", "default/d");
        assertThat(assignment.problems().get("default/b")).contains("belongs to another Service");
        assertThat(assignment.problems().get("default/c")).contains("203.0.113.80 to 203.0.113.81");
        assertThat(assignment.problems().get("default/e")).contains("all 2 addresses");
    }

    @Test
    void othersAreNotTouched() {
        Service foreign = service("a", "1", "", "");
        foreign.getSpec().setLoadBalancerClass("example.com/other");
        Service inside = service("b", "2", "203.0.113.80", "");
        inside.getSpec().setType("ClusterIP");
        assertThat(Assignment.of(List.of(foreign, inside), POOL).addresses()).isEmpty();
    }

    @Test
    void aNewRequestMovesAService() {
        assertThat(Assignment.of(List.of(service("a", "1", "203.0.113.80", "203.0.113.81")), POOL)
                        .addresses())
                .containsEntry("default/a", List.of("203.0.113.81"));
    }

    private static Service families(Service service, String... families) {
        service.getSpec().setIpFamilies(List.of(families));
        return service;
    }

    @Test
    void aServiceOfTwoFamiliesHasAnAddressOfEachInItsOwnOrder() {
        Assignment assignment = Assignment.of(
                List.of(
                        families(service("a", "1", "", ""), "IPv6", "IPv4"),
                        families(service("b", "2", "203.0.113.80,2001:db8:113::51", ""), "IPv4", "IPv6"),
                        families(service("c", "3", "", ""), "IPv6"),
                        service("d", "4", "", "")),
                List.of(V4, V6));
        assertThat(assignment.addresses())
                .containsEntry("default/a", List.of("2001:db8:113::50", "203.0.113.81"))
                .containsEntry("default/b", List.of("203.0.113.80", "2001:db8:113::51"))
                .containsOnlyKeys("default/a", "default/b");
        assertThat(assignment.problems().get("default/c")).contains("2001:db8:113::50 to 2001:db8:113::51");
        assertThat(assignment.problems().get("default/d")).contains("203.0.113.80 to 203.0.113.81");
    }

    @Test
    void aRequestIsAboutItsFamilyAlone() {
        assertThat(Assignment.of(
                                List.of(families(service("a", "1", "", "2001:db8:113:0::51"), "IPv4", "IPv6")),
                                List.of(V4, V6))
                        .addresses())
                .containsEntry("default/a", List.of("203.0.113.80", "2001:db8:113::51"));
        Assignment foreign =
                Assignment.of(List.of(families(service("a", "1", "", "2001:db8:113::51"), "IPv4")), List.of(V4, V6));
        assertThat(foreign.addresses()).isEmpty();
        assertThat(foreign.problems().get("default/a")).contains("203.0.113.80 to 203.0.113.81");
    }
}
