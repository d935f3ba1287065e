package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.Endpoint;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Protocol;
import io.hyaline.model.Service;
import io.hyaline.model.Service.Resolution;
import io.hyaline.model.ServicePort;
import io.hyaline.model.TargetPort;
import io.hyaline.objects.istio.Port;
import io.hyaline.objects.istio.ServiceEntrySpec;
import io.hyaline.objects.istio.Specs;
import io.hyaline.objects.istio.WorkloadEntrySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** ServiceEntries: hosts that Kubernetes has no Service for. */
public final class ServiceEntryReader {
    private static final Pattern WHOLE_RANGE = Pattern.compile("/(32|128)$");

    /** What one object says, host by host. */
    public record Entry(ObjectKey key, Instant created, List<Host> hosts) {
        public Entry {
            hosts = List.copyOf(hosts);
        }
    }

    /** A host as a Service, and its endpoints; those that a selector chooses come later. */
    public record Host(Service service, List<Endpoint> endpoints) {
        public Host {
            endpoints = List.copyOf(endpoints);
        }
    }

    private final ServiceEntrySpec spec;
    private final Resolution resolution;

    private ServiceEntryReader(ServiceEntrySpec spec) {
        this.spec = spec;
        this.resolution = resolution(spec.resolution());
    }

    public static Entry read(GenericKubernetesResource object) {
        ServiceEntrySpec spec = Specs.read(object, ServiceEntrySpec.class);
        ServiceEntryReader reader = new ServiceEntryReader(spec);
        ObjectKey key = Metadata.key(object);
        Instant created = Metadata.created(object);
        return new Entry(
                key,
                created,
                spec.hosts().stream().map(h -> reader.host(h, key, created)).toList());
    }

    private static Resolution resolution(ServiceEntrySpec.@Nullable Resolution resolution) {
        return switch (resolution) {
            case null -> Resolution.PASSTHROUGH;
            case NONE -> Resolution.PASSTHROUGH;
            case STATIC -> Resolution.ENDPOINTS;
            case DNS -> Resolution.DNS;
            case DNS_ROUND_ROBIN -> Resolution.DNS_ROUND_ROBIN;
            case DYNAMIC_DNS ->
                throw new IllegalArgumentException("resolution DYNAMIC_DNS is not supported; use DNS or NONE");
        };
    }

    private Host host(String host, ObjectKey entry, Instant created) {
        List<Endpoint> endpoints = endpoints(host);
        Service service = new Service(
                new ObjectKey(entry.namespace(), host),
                host,
                spec.addresses().stream().map(ServiceEntryReader::address).toList(),
                resolution,
                ports(),
                spec.workloadSelector() == null
                        ? Map.of()
                        : spec.workloadSelector().labels(),
                "",
                false,
                created,
                spec.location() != ServiceEntrySpec.Location.MESH_INTERNAL,
                VirtualServiceReader.exported(spec.exportTo(), entry.namespace()));
        return new Host(service, endpoints);
    }

    private static String address(String text) {
        String address = WHOLE_RANGE.matcher(text).replaceFirst("");
        if (!isAddress(address)) {
            throw new IllegalArgumentException(
                    "addresses: \"" + text + "\" is no IP address; ranges are not supported, list single addresses");
        }
        return address;
    }

    private static boolean isAddress(String text) {
        return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || text.matches("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    }

    private List<ServicePort> ports() {
        List<ServicePort> ports = new ArrayList<>();
        for (Port port : spec.ports()) {
            String protocol = port.protocol().isEmpty() ? port.name() : port.protocol();
            ports.add(new ServicePort(
                    port.name(),
                    port.number(),
                    new TargetPort.Numbered(target(port)),
                    Protocol.select(protocol.equalsIgnoreCase("UDP") ? "UDP" : "TCP", "", protocol, port.number())));
        }
        return ports;
    }

    private static int target(Port port) {
        return port.targetPort() == 0 ? port.number() : port.targetPort();
    }

    private List<Endpoint> endpoints(String host) {
        boolean byName = resolution == Resolution.DNS || resolution == Resolution.DNS_ROUND_ROBIN;
        if (byName && spec.endpoints().isEmpty()) {
            return itself(host);
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (WorkloadEntrySpec endpoint : spec.endpoints()) {
            for (Port port : spec.ports()) {
                endpoints.add(new Endpoint(
                        port.name(),
                        endpoint.address(),
                        endpoint.ports().getOrDefault(port.name(), target(port)),
                        true,
                        null,
                        endpoint.labels(),
                        endpoint.weight() == 0 ? 1 : endpoint.weight()));
            }
        }
        return endpoints;
    }

    /** A name without endpoints is its own. */
    private List<Endpoint> itself(String host) {
        return spec.ports().stream()
                .map(port -> Endpoint.of(port.name(), host, target(port), true, null))
                .toList();
    }
}
