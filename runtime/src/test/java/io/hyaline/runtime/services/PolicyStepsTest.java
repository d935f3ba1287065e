package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyStepsTest {

    private static final Instant T = Instant.parse("2026-11-23T12:00:00Z");

    private final PolicySteps steps = new PolicySteps();

    private static Service service(String type, String policy, String followed) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: gateway, namespace: default}
                spec: {type: %s, externalTrafficPolicy: %s}
                status:
                  loadBalancer: {ingress: [{ip: 203.0.113.80}]}
                  conditions: [{type: hyaline.io/Balanced, status: "True", reason: %s}]
                """.formatted(type, policy, followed), Service.class);
    }

    private boolean local(Service service, long seconds) {
        return steps.local(List.of(service), T.plusSeconds(seconds)).contains("default/gateway");
    }

    @Test
    void localWaitsForTheLoadBalancer() {
        assertThat(local(service("LoadBalancer", "Cluster", "Cluster"), 0)).isFalse();
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 1)).isFalse();
        assertThat(steps.next()).isEqualTo(T.plusSeconds(4));
        assertThat(local(service("LoadBalancer", "Local", "Local"), 2)).isTrue();
        assertThat(steps.next()).isNull();
        assertThat(local(service("LoadBalancer", "Cluster", "Local"), 3)).isFalse();
    }

    @Test
    void butNotForEver() {
        assertThat(local(service("LoadBalancer", "Cluster", "Cluster"), 0)).isFalse();
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 1)).isFalse();
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 3)).isFalse();
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 4)).isTrue();
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 5)).isTrue();
        assertThat(steps.next()).isNull();
    }

    @Test
    void whatBeginsWithLocalAndWhatHasNoLoadBalancerDoesNotWait() {
        assertThat(local(service("LoadBalancer", "Local", "Cluster"), 0)).isTrue();
        assertThat(steps.local(List.of(), T)).isEmpty();
        assertThat(local(service("NodePort", "Cluster", "Cluster"), 0)).isFalse();
        assertThat(local(service("NodePort", "Local", "Cluster"), 1)).isTrue();
    }
}
