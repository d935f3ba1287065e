package io.hyaline.runtime.dns;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.hyaline.runtime.cluster.ServiceFamilies;
import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** All names of a cluster, as they are at one moment. Immutable. */
final class DnsZone {

    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final String domain;
    private final Map<String, Set<String>> addresses = new HashMap<>();
    private final Map<String, Set<Target>> targets = new HashMap<>();
    private final Map<String, String> aliases = new HashMap<>();
    private final Set<String> known = new LinkedHashSet<>();
    private final Map<String, String> names = new HashMap<>();

    /** What an SRV record points to. */
    record Target(String host, int port) {}

    /** What the zone knows about a name. */
    sealed interface Answer {

        /** The name is ours, and these are its records; there may be none of the asked type. */
        record Found(List<String> addresses, List<Target> targets) implements Answer {}

        /** Another name stands for it. */
        record Alias(String name) implements Answer {}

        /** The name would be ours, and there is none. */
        record Missing() implements Answer {}

        /** Not our zone. */
        record Foreign() implements Answer {}
    }

    private DnsZone(String domain) {
        this.domain = domain;
    }

    static DnsZone of(String domain, Collection<Service> services, Collection<EndpointSlice> slices) {
        DnsZone zone = new DnsZone(domain);
        Map<String, List<EndpointSlice>> byService = new HashMap<>();
        for (EndpointSlice slice : slices) {
            Map<String, String> labels = slice.getMetadata().getLabels();
            if (labels != null && labels.containsKey(SERVICE_NAME)) {
                String key = slice.getMetadata().getNamespace() + "/" + labels.get(SERVICE_NAME);
                byService.computeIfAbsent(key, k -> new ArrayList<>()).add(slice);
            }
        }
        for (Service service : services) {
            String key = service.getMetadata().getNamespace() + "/"
                    + service.getMetadata().getName();
            zone.add(service, byService.getOrDefault(key, List.of()));
        }
        zone.addresses.keySet().forEach(zone::know);
        zone.targets.keySet().forEach(zone::know);
        zone.know(domain);
        return zone;
    }

    /** A name makes those above it exist too, without records: their answer is empty and not "no such name". */
    private void know(String name) {
        for (String rest = name; rest.endsWith(domain) && known.add(rest); ) {
            int dot = rest.indexOf('.');
            if (dot < 0 || rest.equals(domain)) {
                return;
            }
            rest = rest.substring(dot + 1);
        }
    }

    private void add(Service service, List<EndpointSlice> slices) {
        String name = lower(
                service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc." + domain);
        if ("ExternalName".equals(service.getSpec().getType())) {
            aliases.put(name, lower(service.getSpec().getExternalName()));
            return;
        }
        List<String> own = ServiceFamilies.addresses(service);
        if (!own.isEmpty()) {
            own.forEach(address -> address(name, address));
            List<ServicePort> ports = service.getSpec().getPorts() == null
                    ? List.of()
                    : service.getSpec().getPorts();
            ports.forEach(port -> target(name, port.getName(), port.getProtocol(), new Target(name, port.getPort())));
            return;
        }
        if (!"None".equals(service.getSpec().getClusterIP())) {
            return;
        }
        boolean all = Objects.equals(service.getSpec().getPublishNotReadyAddresses(), true);
        known.add(name);
        for (EndpointSlice slice : slices) {
            List<Endpoint> endpoints = slice.getEndpoints() == null ? List.of() : slice.getEndpoints();
            for (Endpoint endpoint : endpoints) {
                boolean ready = endpoint.getConditions() == null
                        || !Objects.equals(endpoint.getConditions().getReady(), false);
                if (ready || all) {
                    headless(name, slice, endpoint);
                }
            }
        }
    }

    private void headless(String name, EndpointSlice slice, Endpoint endpoint) {
        for (String address : endpoint.getAddresses()) {
            String host = endpoint.getHostname() == null ? label(address) : endpoint.getHostname();
            String own = lower(host) + "." + name;
            address(own, address);
            address(name, address);
            List<EndpointPort> ports = slice.getPorts() == null ? List.of() : slice.getPorts();
            ports.forEach(port -> target(name, port.getName(), port.getProtocol(), new Target(own, port.getPort())));
        }
    }

    /** Its own usual form; what is no address has no name. The first name that it gets is what it is called. */
    private void address(String name, String address) {
        Ip.of(address).flatMap(family -> family.address(address)).ifPresent(usual -> {
            addresses.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(usual);
            names.putIfAbsent(usual, name);
        });
    }

    /** An address as one part of a name; a name does not end with a hyphen. */
    private static String label(String address) {
        String label = address.replace('.', '-').replace(':', '-');
        return label.endsWith("-") ? label + "0" : label;
    }

    private void target(String name, String port, String protocol, Target target) {
        if (port != null && !port.isEmpty()) {
            String kind = "_" + lower(Objects.requireNonNullElse(protocol, "TCP"));
            targets.computeIfAbsent("_" + lower(port) + "." + kind + "." + name, n -> new LinkedHashSet<>())
                    .add(target);
        }
    }

    /** Looks {@code name} up; a dot at its end does not matter. */
    Answer find(String name) {
        String plain = lower(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
        if (!plain.equals(domain) && !plain.endsWith("." + domain)) {
            return new Answer.Foreign();
        }
        String alias = aliases.get(plain);
        if (alias != null) {
            return new Answer.Alias(alias);
        }
        if (known.contains(plain)) {
            List<String> found = List.copyOf(addresses.getOrDefault(plain, Set.of()));
            return new Answer.Found(found, List.copyOf(targets.getOrDefault(plain, Set.of())));
        }
        return podName(plain);
    }

    /** {@code 172-20-1-5.default.pod.cluster.local} is that address, {@code fd00-172-20-1--5} one too, whether or not there is such a pod. */
    private Answer podName(String plain) {
        String suffix = ".pod." + domain;
        if (plain.endsWith(suffix)) {
            String first = plain.substring(0, plain.indexOf('.'));
            Optional<String> address =
                    Ip.V4.address(first.replace('-', '.')).or(() -> Ip.V6.address(first.replace('-', ':')));
            if (address.isPresent()) {
                return new Answer.Found(List.of(address.get()), List.of());
            }
        }
        return new Answer.Missing();
    }

    /** The name of an address, or empty. */
    String reverse(String address) {
        return names.getOrDefault(address, "");
    }

    String domain() {
        return domain;
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
