package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The slices of one service: pods whose named ports mean the same numbers share one. */
record SliceContent(Service service, List<Pod> pods) {

    static final String SERVICE_NAME = "kubernetes.io/service-name";
    static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String HEADLESS = "service.kubernetes.io/headless";

    List<EndpointSlice> slices() {
        Map<List<EndpointPort>, List<Endpoint>> byPorts = new LinkedHashMap<>();
        pods.stream()
                .filter(SliceContent::hasAddress)
                .sorted(Comparator.comparing(p -> p.getMetadata().getName()))
                .forEach(pod -> byPorts.computeIfAbsent(ports(pod), ports -> new ArrayList<>())
                        .add(endpoint(pod)));
        if (byPorts.isEmpty()) {
            byPorts.put(List.of(), List.of());
        }
        List<EndpointSlice> slices = new ArrayList<>();
        byPorts.forEach((ports, endpoints) -> slices.add(slice(ports, endpoints)));
        return slices;
    }

    private static boolean hasAddress(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && !pod.getStatus().getPodIP().isEmpty()
                && !Pods.over(pod);
    }

    private EndpointSlice slice(List<EndpointPort> ports, List<Endpoint> endpoints) {
        Map<String, String> labels = new HashMap<>(Owners.labels(service));
        labels.put(SERVICE_NAME, service.getMetadata().getName());
        labels.put(MANAGED_BY, MANAGER);
        if ("None".equals(service.getSpec().getClusterIP())) {
            labels.put(HEADLESS, "");
        }
        String which = NameSuffix.of(service.getMetadata().getUid()
                + ports.stream().map(EndpointPort::getPort).toList());
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withName(service.getMetadata().getName() + "-" + which.substring(0, Math.min(5, which.length())))
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Owners.reference(service))
                .endMetadata()
                .withAddressType("IPv4")
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

    private Endpoint endpoint(Pod pod) {
        boolean serving = Pods.ready(pod) || Objects.equals(service.getSpec().getPublishNotReadyAddresses(), true);
        boolean terminating = Pods.terminating(pod);
        String subdomain = pod.getSpec().getSubdomain();
        boolean named = service.getMetadata().getName().equals(subdomain)
                && pod.getSpec().getHostname() != null;
        return new EndpointBuilder()
                .withAddresses(pod.getStatus().getPodIP())
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
