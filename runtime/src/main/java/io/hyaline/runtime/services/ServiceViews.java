package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.hyaline.runtime.cluster.ServiceFamilies;
import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads services and endpoint slices. What is malformed in one of them is left out, and the rest stands. */
public final class ServiceViews {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final int AFFINITY_SECONDS = 10800;
    private static final Set<String> PROTOCOLS = Set.of("tcp", "udp", "sctp");
    private static final Comparator<ServicePortView> ORDER = Comparator.comparing(ServicePortView::service)
            .thenComparing(ServicePortView::protocol)
            .thenComparingInt(ServicePortView::port);

    private final Ip family;
    private final Predicate<Service> externalLocal;

    /** @param externalLocal whether the policy Local is in force for clients from outside */
    ServiceViews(Ip family, Predicate<Service> externalLocal) {
        this.family = family;
        this.externalLocal = externalLocal;
    }

    /** Whether a service asks for its clients' addresses to be kept. */
    static boolean asksForLocal(Service service) {
        return "Local".equals(service.getSpec().getExternalTrafficPolicy());
    }

    /** Ports of all services that have an address, in order. */
    List<ServicePortView> of(Collection<Service> services, Collection<EndpointSlice> slices) {
        Map<String, List<EndpointSlice>> byService = slices.stream()
                .filter(s -> s.getMetadata().getLabels() != null
                        && s.getMetadata().getLabels().containsKey(SERVICE_NAME)
                        && family.api().equals(s.getAddressType()))
                .collect(Collectors.groupingBy(s -> s.getMetadata().getNamespace() + "/"
                        + s.getMetadata().getLabels().get(SERVICE_NAME)));
        List<ServicePortView> views = new ArrayList<>();
        for (Service service : services) {
            String cluster = clusterAddress(service);
            if (service.getSpec().getPorts() == null
                    || "ExternalName".equals(service.getSpec().getType())) {
                continue;
            }
            String name = name(service);
            ServicePortView.Addresses addresses = addresses(service, cluster);
            if (cluster.isEmpty()
                    && addresses.external().isEmpty()
                    && addresses.balancer().isEmpty()) {
                continue;
            }
            List<EndpointSlice> own = byService.getOrDefault(name, List.of());
            for (ServicePort port : service.getSpec().getPorts()) {
                views.add(view(service, port, addresses, own));
            }
        }
        views.removeIf(v -> !PROTOCOLS.contains(v.protocol()));
        views.sort(ORDER);
        return views;
    }

    static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }

    /** Empty for a service without one in this family. */
    private String clusterAddress(Service service) {
        return ServiceFamilies.addresses(service).stream()
                .flatMap(a -> family.address(a).stream())
                .findFirst()
                .orElse("");
    }

    private ServicePortView.Addresses addresses(Service service, String cluster) {
        List<String> ranges = list(service.getSpec().getLoadBalancerSourceRanges());
        List<String> understood =
                ranges.stream().filter(SourceRanges::wellFormed).toList();
        return new ServicePortView.Addresses(
                cluster,
                usable(list(service.getSpec().getExternalIPs())),
                usable(ingress(service)),
                new ServicePortView.Sources(!ranges.isEmpty(), SourceRanges.of(family, understood)));
    }

    private List<String> usable(List<String> addresses) {
        return addresses.stream()
                .flatMap(a -> family.address(a).stream())
                .distinct()
                .toList();
    }

    /** Addresses whose packets arrive as they were sent; a balancer of mode Proxy ends connections itself. */
    private static List<String> ingress(Service service) {
        if (!"LoadBalancer".equals(service.getSpec().getType())
                || service.getStatus() == null
                || service.getStatus().getLoadBalancer() == null) {
            return List.of();
        }
        return list(service.getStatus().getLoadBalancer().getIngress()).stream()
                .filter(i -> i.getIp() != null && !"Proxy".equals(i.getIpMode()))
                .map(LoadBalancerIngress::getIp)
                .toList();
    }

    private ServicePortView view(
            Service service, ServicePort port, ServicePortView.Addresses addresses, List<EndpointSlice> slices) {
        String portName = Objects.requireNonNullElse(port.getName(), "");
        boolean sticky = "ClientIP".equals(service.getSpec().getSessionAffinity());
        return new ServicePortView(
                name(service),
                portName,
                Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT),
                port.getPort(),
                Objects.requireNonNullElse(port.getNodePort(), 0),
                addresses,
                new ServicePortView.Policy(
                        externalLocal.test(service),
                        "Local".equals(service.getSpec().getInternalTrafficPolicy())),
                sticky ? affinity(service) : 0,
                endpoints(portName, slices));
    }

    private static int affinity(Service service) {
        var config = service.getSpec().getSessionAffinityConfig();
        return config == null
                        || config.getClientIP() == null
                        || config.getClientIP().getTimeoutSeconds() == null
                ? AFFINITY_SECONDS
                : config.getClientIP().getTimeoutSeconds();
    }

    private List<ServicePortView.Endpoint> endpoints(String portName, List<EndpointSlice> slices) {
        List<ServicePortView.Endpoint> found = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            for (EndpointPort port : list(slice.getPorts())) {
                if (port.getPort() != null && portName.equals(Objects.requireNonNullElse(port.getName(), ""))) {
                    list(slice.getEndpoints()).forEach(e -> add(found, e, port.getPort()));
                }
            }
        }
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(ServicePortView.Endpoint::address)
                        .thenComparingInt(ServicePortView.Endpoint::port))
                .toList();
    }

    private void add(List<ServicePortView.Endpoint> found, Endpoint endpoint, int port) {
        boolean ready = endpoint.getConditions() == null
                || Objects.requireNonNullElse(endpoint.getConditions().getReady(), true);
        boolean ending = endpoint.getConditions() != null
                && Objects.equals(endpoint.getConditions().getServing(), true)
                && Objects.equals(endpoint.getConditions().getTerminating(), true);
        if (!ready && !ending) {
            return;
        }
        String node = Objects.requireNonNullElse(endpoint.getNodeName(), "");
        list(endpoint.getAddresses()).stream()
                .limit(1)
                .flatMap(a -> family.address(a).stream())
                .forEach(a -> found.add(new ServicePortView.Endpoint(a, port, node, !ready)));
    }

    private static <T> List<T> list(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
