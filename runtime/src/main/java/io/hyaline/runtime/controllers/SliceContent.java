package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.hyaline.runtime.cluster.ServiceFamilies;
import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The slices of one service: for each of its families, pods whose named ports mean the same numbers share one. */
record SliceContent(Service service, List<Pod> pods) {

    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String HEADLESS = "service.kubernetes.io/headless";

    List<EndpointSlice> slices() {
        List<EndpointSlice> slices = new ArrayList<>();
        List<Ip> families = families();
        for (Ip family : families) {
            Map<List<EndpointPort>, List<Endpoint>> byPorts = new LinkedHashMap<>();
            pods.stream()
                    .filter(p -> !Pods.over(p))
                    .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                    .forEach(pod -> address(pod, family)
                            .ifPresent(address -> byPorts.computeIfAbsent(ports(pod), ports -> new ArrayList<>())
                                    .add(endpoint(pod, address))));
            if (byPorts.isEmpty()) {
                byPorts.put(List.of(), List.of());
            }
            String mark = family == families.getFirst() ? "" : family.api();
            byPorts.forEach((ports, endpoints) -> slices.add(slice(family, mark, ports, endpoints)));
        }
        return slices;
    }

    /** A service that names no family has that of its pods. */
    private List<Ip> families() {
        List<Ip> named = ServiceFamilies.of(service);
        return named.isEmpty()
                ? List.of(pods.stream()
                        .flatMap(p -> addresses(p).stream())
                        .flatMap(a -> Ip.of(a).stream())
                        .findFirst()
                        .orElse(Ip.V4))
                : named;
    }

    private static Optional<String> address(Pod pod, Ip family) {
        return addresses(pod).stream()
                .filter(a -> family.address(a).isPresent())
                .findFirst();
    }

    private static List<String> addresses(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        List<PodIP> all = pod.getStatus().getPodIPs();
        return all == null || all.isEmpty()
                ? Stream.ofNullable(pod.getStatus().getPodIP()).toList()
                : all.stream().map(PodIP::getIp).toList();
    }

    /** @param mark tells the slices of one family from those of another by their names; empty for the primary one */
    private EndpointSlice slice(Ip family, String mark, List<EndpointPort> ports, List<Endpoint> endpoints) {
        Map<String, String> labels = new HashMap<>(Owners.labels(service));
        labels.put(SERVICE_NAME, service.getMetadata().getName());
        labels.put(MANAGED_BY, MANAGER);
        if ("None".equals(service.getSpec().getClusterIP())) {
            labels.put(HEADLESS, "");
        }
        String which = NameSuffix.of(service.getMetadata().getUid()
                + ports.stream().map(EndpointPort::getPort).toList()
                + mark);
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(service.getMetadata().getName() + "-" + which.substring(0, Math.min(5, which.length())))
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Owners.reference(service))
                .endMetadata()
                .withAddressType(family.api())
                .withPorts(ports)
                .withEndpoints(endpoints)
                .build();
    }

    private List<EndpointPort> ports(Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        List<ServicePort> wanted = service.getSpec().getPorts() == null
                ? List.of()
                : service.getSpec().getPorts();
        for (ServicePort port : wanted) {
            Integer number = targetPort(pod, port);
            if (number != null) {
                ports.add(new EndpointPortBuilder()
                        .withName(Objects.requireNonNullElse(port.getName(), ""))
                        .withPort(number)
                        .withProtocol(Objects.requireNonNullElse(port.getProtocol(), "TCP"))
                        .withAppProtocol(port.getAppProtocol())
                        .build());
            }
        }
        return ports;
    }

    /** Null when the pod has no port of that name: it takes no part in this port of the service. */
    private static @Nullable Integer targetPort(Pod pod, ServicePort port) {
        IntOrString target = port.getTargetPort();
        if (target == null || (target.getIntVal() == null && target.getStrVal() == null)) {
            return port.getPort();
        }
        if (target.getIntVal() != null) {
            return target.getIntVal() == 0 ? port.getPort() : target.getIntVal();
        }
        List<Container> containers = new ArrayList<>(pod.getSpec().getContainers());
        if (pod.getSpec().getInitContainers() != null) {
            containers.addAll(pod.getSpec().getInitContainers());
        }
        for (Container container : containers) {
            List<ContainerPort> ports = container.getPorts() == null ? List.of() : container.getPorts();
            for (ContainerPort candidate : ports) {
                if (target.getStrVal().equals(candidate.getName())) {
                    return candidate.getContainerPort();
                }
            }
        }
        return null;
    }

    private Endpoint endpoint(Pod pod, String address) {
        boolean serving = Pods.ready(pod) || Objects.equals(service.getSpec().getPublishNotReadyAddresses(), true);
        boolean terminating = Pods.terminating(pod);
        String subdomain = pod.getSpec().getSubdomain();
        boolean named = service.getMetadata().getName().equals(subdomain)
                && pod.getSpec().getHostname() != null;
        return new EndpointBuilder()
                .withAddresses(address)
                .withNewConditions()
                .withReady(serving && !terminating)
                .withServing(serving)
                .withTerminating(terminating)
                .endConditions()
                .withHostname(named ? pod.getSpec().getHostname() : null)
                .withNodeName(pod.getSpec().getNodeName())
                .withNewTargetRef()
                .withKind("Pod")
                .withName(pod.getMetadata().getName())
                .withNamespace(pod.getMetadata().getNamespace())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef()
                .build();
    }
}
