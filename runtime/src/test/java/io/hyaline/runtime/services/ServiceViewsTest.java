package io.hyaline.runtime.services;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceViewsTest {

    private static Service service(String spec) {
        return Serialization.unmarshal("""
                apiVersion: v1
                kind: Service
                metadata: {name: echo, namespace: default}
                """ + spec, Service.class);
    }

    private static EndpointSlice slice(String endpoints) {
        return Serialization.unmarshal("""
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: echo-1, namespace: default, labels: {kubernetes.io/service-name: echo}}
                addressType: IPv4
                ports: [{name: web, port: 8080, protocol: TCP}]
                """ + endpoints, EndpointSlice.class);
    }

    private static final EndpointSlice SLICE = slice("""
            endpoints:
            - {addresses: [172.20.1.5], nodeName: node-1, conditions: {ready: true}}
            - {addresses: [172.20.1.6], nodeName: node-1, conditions: {ready: false, serving: true, terminating: true}}
            - {addresses: [172.20.2.7], nodeName: node-2, conditions: {ready: false, serving: true, terminating: true}}
            - {addresses: [172.20.2.8], nodeName: node-2, conditions: {ready: false, serving: false, terminating: false}}
            - {addresses: ["172.20.2.9; drop"], nodeName: node-2}
            """);

    private static List<ServicePortView> v4(Service service) {
        return new ServiceViews(Ip.V4, ServiceViews::asksForLocal).of(List.of(service), List.of(SLICE));
    }

    @Test
    void whatEndsServesWhereNothingElseDoes() {
        ServicePortView view = v4(service("spec: {clusterIP: 10.96.0.5, ports: [{name: web, port: 80}]}"))
                .getFirst();
        assertThat(view.everywhere()).extracting(Endpoint::address).containsExactly("172.20.1.5");
        assertThat(view.on("node-1")).extracting(Endpoint::address).containsExactly("172.20.1.5");
        assertThat(view.on("node-2")).extracting(Endpoint::address).containsExactly("172.20.2.7");
        assertThat(view.on("node-3")).isEmpty();
    }

    @Test
    void malformedAddressesAreLeftOut() {
        ServicePortView view = v4(service("""
                        spec:
                          type: LoadBalancer
                          clusterIP: 10.96.0.5
                          externalIPs: [198.51.100.7, "nonsense", "198.51.100.7 . tcp . 1 : drop", "2001:db8::7"]
                          loadBalancerSourceRanges: ["nonsense/8"]
                          ports: [{name: web, port: 80, nodePort: 30080}]
                        status: {loadBalancer: {ingress: [{ip: 203.0.113.80}, {ip: 203.0.113.81, ipMode: Proxy}]}}
                        """)).getFirst();
        assertThat(view.addresses().external()).containsExactly("198.51.100.7");
        assertThat(view.addresses().balancer()).containsExactly("203.0.113.80");
        // Ranges that nobody understands let nobody in, rather than everybody.
        assertThat(view.addresses().sources()).isEqualTo(new ServicePortView.Sources(true, List.of()));
    }

    @Test
    void portsWithoutAnEndpointOfTheirNameHaveNone() {
        List<ServicePortView> views = v4(service("""
                spec:
                  clusterIP: 10.96.0.5
                  sessionAffinity: ClientIP
                  ports: [{name: web, port: 80}, {name: other, port: 80, protocol: UDP}]
                """));
        assertThat(views).extracting(ServicePortView::protocol).containsExactly("tcp", "udp");
        assertThat(views.get(1).everywhere()).isEmpty();
        assertThat(views).allMatch(v -> v.affinitySeconds() == 10800);
    }

    @Test
    void eachFamilySeesItsOwnAddress() {
        Service both = service("""
                spec: {clusterIP: 10.96.0.5, clusterIPs: [10.96.0.5, "fd00:96::5"], ports: [{name: web, port: 80}]}
                """);
        assertThat(v4(both).getFirst().addresses().cluster()).isEqualTo("10.96.0.5");
        List<ServicePortView> v6 =
                new ServiceViews(Ip.V6, ServiceViews::asksForLocal).of(List.of(both), List.of(SLICE));
        assertThat(v6.getFirst().addresses().cluster()).isEqualTo("fd00:96::5");
        assertThat(v6.getFirst().endpoints()).isEmpty();
        assertThat(v4(service("spec: {clusterIP: None, ports: [{name: web, port: 80}]}")))
                .isEmpty();
    }
}
