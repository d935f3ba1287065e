package io.hyaline.runtime.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliceContentTest {

    private static Service service(String spec) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: echo, namespace: default, uid: "1"}
                spec: {ports: [{name: web, port: 80}], %s}
                """.formatted(spec), Service.class);
    }

    private static Pod pod(String name, String addresses) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s, namespace: default}
                spec: {containers: [], nodeName: node-1}
                status: {podIP: 172.20.1.5, podIPs: [%s]}
                """.formatted(name, addresses), Pod.class);
    }

    private static final List<Pod> PODS =
            List.of(pod("a", "{ip: 172.20.1.5}, {ip: \"fd00:172:20:1::5\"}"), pod("b", "{ip: 172.20.1.6}"));

    private static List<EndpointSlice> slices(String spec) {
        return new SliceContent(service(spec), PODS).slices();
    }

    private static List<String> addresses(EndpointSlice slice) {
        return slice.getEndpoints().stream()
                .map(e -> e.getAddresses().getFirst())
                .toList();
    }

    @Test
    void eachFamilyHasASliceOfThePodsThatHaveIt() {
        List<EndpointSlice> slices = slices("ipFamilies: [IPv4, IPv6]");
        assertThat(slices).extracting(EndpointSlice::getAddressType).containsExactly("IPv4", "IPv6");
        assertThat(addresses(slices.getFirst())).containsExactly("172.20.1.5", "172.20.1.6");
        assertThat(addresses(slices.getLast())).containsExactly("fd00:172:20:1::5");
        assertThat(slices).extracting(s -> s.getMetadata().getName()).doesNotHaveDuplicates();
    }

    @Test
    void thePrimaryFamilyKeepsItsNameWhenAnotherIsAdded() {
        String alone = slices("ipFamilies: [IPv4]").getFirst().getMetadata().getName();
        assertThat(slices("ipFamilies: [IPv4, IPv6]").getFirst().getMetadata().getName())
                .isEqualTo(alone);
    }

    @Test
    void whoNamesNoFamilyHasThatOfItsAddressOrOfItsPods() {
        assertThat(slices("clusterIP: \"fd00:10:96::5\""))
                .extracting(EndpointSlice::getAddressType)
                .containsExactly("IPv6");
        assertThat(slices("clusterIP: None"))
                .extracting(EndpointSlice::getAddressType)
                .containsExactly("IPv4");
        assertThat(new SliceContent(service("clusterIP: None"), List.of()).slices())
                .extracting(EndpointSlice::getAddressType)
                .containsExactly("IPv4");
    }
}
