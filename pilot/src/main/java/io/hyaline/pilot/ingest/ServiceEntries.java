package io.hyaline.pilot.ingest;

import io.hyaline.model.Endpoint;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.TargetPort;
import io.hyaline.model.Workload;
import io.hyaline.pilot.read.ServiceEntryReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Puts the hosts of ServiceEntries beside the Services of Kubernetes, which go first. */
final class ServiceEntries {
    private ServiceEntries() {}

    /** Of several entries for one host in a namespace each adds the ports that the older ones do not have. */
    static void add(
            List<ServiceEntryReader.Host> oldestFirst,
            Collection<Workload> workloads,
            Map<ObjectKey, Service> services,
            Map<ObjectKey, List<Endpoint>> endpoints) {
        Set<String> ofKubernetes = services.values().stream().map(Service::host).collect(Collectors.toSet());
        for (ServiceEntryReader.Host host : oldestFirst) {
            Service service = host.service();
            if (ofKubernetes.contains(service.host())) {
                continue;
            }
            Service known = services.get(service.key());
            List<ServicePort> added = known == null ? service.ports() : beside(known, service);
            services.put(service.key(), known == null ? service : with(known, added));
            Set<String> names = added.stream().map(ServicePort::name).collect(Collectors.toSet());
            List<Endpoint> there = endpoints.computeIfAbsent(service.key(), _ -> new ArrayList<>());
            host.endpoints().stream().filter(e -> names.contains(e.portName())).forEach(there::add);
            workloads.stream()
                    .filter(w -> service.selects(w.key().namespace(), w.labels()))
                    .forEach(w -> added.forEach(port -> selected(w, port, there)));
        }
    }

    private static List<ServicePort> beside(Service known, Service other) {
        Set<String> names = known.ports().stream().map(ServicePort::name).collect(Collectors.toSet());
        Set<Integer> numbers =
                known.ports().stream().map(ServicePort::port).collect(Collectors.toCollection(HashSet::new));
        return other.ports().stream()
                .filter(p -> !names.contains(p.name()) && !numbers.contains(p.port()))
                .toList();
    }

    private static Service with(Service service, List<ServicePort> more) {
        List<ServicePort> ports = new ArrayList<>(service.ports());
        ports.addAll(more);
        return new Service(
                service.key(),
                service.host(),
                service.addresses(),
                service.resolution(),
                ports,
                service.selector(),
                service.externalName(),
                service.publishNotReady(),
                service.created(),
                service.external(),
                service.exportTo());
    }

    private static void selected(Workload workload, ServicePort port, List<Endpoint> endpoints) {
        if (port.target() instanceof TargetPort.Numbered(int target)) {
            workload.addresses().forEach(a -> endpoints.add(Endpoint.of(port.name(), a, target, true, workload.key())));
        }
    }
}
