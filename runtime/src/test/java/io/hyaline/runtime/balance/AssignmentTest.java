package io.hyaline.runtime.balance;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssignmentTest {

    private static final List<String> POOL = List.of("203.0.113.80", "203.0.113.81");

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
                    .addNewIngress()
                    .withIp(has)
                    .endIngress()
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
                .containsEntry("default/b", "203.0.113.80")
                .containsEntry("default/old", "203.0.113.81");
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
                .containsEntry("default/b", "203.0.113.80")
                .containsEntry("default/a", "203.0.113.81");
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
                .containsEntry("default/a", "203.0.113.81");
    }
}
