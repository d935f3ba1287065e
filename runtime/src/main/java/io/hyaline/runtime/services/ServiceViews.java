package io.hyaline.runtime.services;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads services and endpoint slices. */
public final class ServiceViews {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final int AFFINITY_SECONDS = 10800;

    private ServiceViews() {}

    /** Ports of all services that have an address, sorted by name. */
    public static List<ServicePortView> of(Collection<Service> services, Collection<EndpointSlice> slices) {
        Map<String, List<EndpointSlice>> byService = slices.stream()
                .filter(s -> s.getMetadata().getLabels() != null
                        && s.getMetadata().getLabels().containsKey(SERVICE_NAME))
                .collect(Collectors.groupingBy(s -> s.getMetadata().getNamespace() + "/"
                        + s.getMetadata().getLabels().get(SERVICE_NAME)));
        List<ServicePortView> views = new ArrayList<>();
        for (Service service : services) {
            String ip = service.getSpec().getClusterIP();
            if (ip == null
                    || ip.isEmpty()
                    || ip.equals("None")
                    || service.getSpec().getPorts() == null) {
                continue;
            }
            String name = service.getMetadata().getNamespace() + "/"
                    + service.getMetadata().getName();
            List<EndpointSlice> own = byService.getOrDefault(name, List.of());
            for (ServicePort port : service.getSpec().getPorts()) {
                views.add(view(name, service, port, own));
            }
        }
        views.sort(Comparator.comparing(ServicePortView::name).thenComparing(ServicePortView::protocol));
        return views;
    }

    private static ServicePortView view(String name, Service service, ServicePort port, List<EndpointSlice> slices) {
        String portName = Objects.requireNonNullElse(port.getName(), "");
        boolean sticky = "ClientIP".equals(service.getSpec().getSessionAffinity());
        return new ServicePortView(
                portName.isEmpty() ? name : name + ":" + portName,
                Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT),
                service.getSpec().getClusterIP(),
                port.getPort(),
                Objects.requireNonNullElse(port.getNodePort(), 0),
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

    /** Ready ones; when there are none, those that end but still serve. */
    private static List<ServicePortView.Endpoint> endpoints(String portName, List<EndpointSlice> slices) {
        List<ServicePortView.Endpoint> ready = select(
                portName,
                slices,
                e -> condition(
                        e.getConditions() == null ? null : e.getConditions().getReady()));
        if (!ready.isEmpty()) {
            return ready;
        }
        return select(
                portName,
                slices,
                e -> e.getConditions() != null
                        && Objects.equals(e.getConditions().getServing(), true)
                        && Objects.equals(e.getConditions().getTerminating(), true));
    }

    /** Unknown counts as yes. */
    private static boolean condition(@Nullable Boolean value) {
        return value == null || value;
    }

    private static List<ServicePortView.Endpoint> select(
            String portName, List<EndpointSlice> slices, Predicate<Endpoint> wanted) {
        List<ServicePortView.Endpoint> found = new ArrayList<>();
        for (EndpointSlice slice : slices) {
            if (slice.getPorts() == null || slice.getEndpoints() == null || !"IPv4".equals(slice.getAddressType())) {
                continue;
            }
            for (EndpointPort port : slice.getPorts()) {
                if (port.getPort() == null || !portName.equals(Objects.requireNonNullElse(port.getName(), ""))) {
                    continue;
                }
                slice.getEndpoints().stream()
                        .filter(wanted)
                        .forEach(e -> found.add(
                                new ServicePortView.Endpoint(e.getAddresses().getFirst(), port.getPort())));
            }
        }
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(ServicePortView.Endpoint::address)
                        .thenComparingInt(ServicePortView.Endpoint::port))
                .toList();
    }
}
