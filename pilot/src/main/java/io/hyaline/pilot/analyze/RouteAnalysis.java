package io.hyaline.pilot.analyze;

import io.hyaline.model.Gateway;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Service;
import io.hyaline.model.ServicePort;
import io.hyaline.model.VirtualService;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.route.Destination;
import io.hyaline.model.route.HttpAction;
import io.hyaline.model.route.HttpRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a VirtualService refers to. */
final class RouteAnalysis {
    private final MeshSnapshot mesh;
    private final VirtualService service;
    private final List<Finding> findings = new ArrayList<>();

    RouteAnalysis(MeshSnapshot mesh, VirtualService service) {
        this.mesh = mesh;
        this.service = service;
    }

    List<Finding> findings() {
        if (!service.isDelegate()) {
            service.gateways().stream()
                    .filter(g -> !g.equals(VirtualService.MESH))
                    .forEach(this::gateway);
            if (service.boundTo(VirtualService.MESH)) {
                sameHosts();
            }
        }
        for (HttpRoute route : service.http()) {
            if (route.action() instanceof HttpAction.Delegate(String namespace, String name)) {
                delegate(new ObjectKey(namespace, name));
            }
        }
        service.destinations().distinct().forEach(this::destination);
        return findings;
    }

    private void gateway(String name) {
        Optional<Gateway> known = mesh.traffic().gateways().stream()
                .filter(g -> g.key().toString().equals(name))
                .findFirst();
        if (known.isEmpty()) {
            findings.add(Finding.notFound("gateway", name));
            return;
        }
        List<String> offered = known.get().servers().stream()
                .flatMap(s -> s.hostsFor(service.key().namespace()).stream())
                .toList();
        List<String> lost = service.hosts().stream()
                .filter(h -> offered.stream().noneMatch(o -> Hosts.overlap(h, o)))
                .toList();
        if (!lost.isEmpty()) {
            findings.add(new Finding(
                    Code.HOST_NOT_IN_GATEWAY,
                    "one or more host " + lost + " defined in VirtualService " + service.key()
                            + " not found in Gateway " + name + "."));
        }
    }

    private void sameHosts() {
        for (VirtualService other : mesh.traffic().virtualServices()) {
            boolean rival = !other.key().equals(service.key())
                    && other.boundTo(VirtualService.MESH)
                    && other.visibleIn(service.key().namespace());
            for (String host : rival ? service.hosts() : List.<String>of()) {
                if (other.hosts().contains(host)) {
                    findings.add(new Finding(
                            Code.CONFLICTING_MESH_HOSTS,
                            "The VirtualServices " + service.key() + "," + other.key()
                                    + " associated with mesh gateway define" + " the same host " + host
                                    + " which can lead to unexpected behavior: the oldest counts."));
                }
            }
        }
    }

    private void delegate(ObjectKey key) {
        boolean known =
                mesh.traffic().virtualServices().stream().anyMatch(v -> v.key().equals(key) && v.isDelegate());
        if (!known) {
            findings.add(Finding.notFound("delegate VirtualService", key.toString()));
        }
    }

    private void destination(Destination to) {
        Optional<Service> known = mesh.services().values().stream()
                .filter(s -> Hosts.isWithin(to.host(), s.host())
                        && s.visibleIn(service.key().namespace()))
                .findFirst();
        if (known.isEmpty()) {
            findings.add(Finding.notFound("host", to.host()));
            return;
        }
        List<Integer> ports =
                known.get().ports().stream().map(ServicePort::port).toList();
        if (to.port() == 0 && ports.size() > 1) {
            findings.add(new Finding(
                    Code.PORT_SELECTOR_REQUIRED,
                    "This VirtualService routes to a service \"" + to.host() + "\" that exposes multiple ports " + ports
                            + ". Specifying a port in the destination is required to disambiguate."));
        } else if (to.port() != 0 && !ports.contains(to.port())) {
            findings.add(Finding.notFound("host:port", to.host() + ":" + to.port()));
        }
        boolean subsetKnown = to.subset().isEmpty()
                || mesh.traffic().destinationRules().stream()
                        .filter(r -> Hosts.isWithin(to.host(), r.host()))
                        .anyMatch(r -> r.content().subsets().stream()
                                .anyMatch(s -> s.name().equals(to.subset())));
        if (!subsetKnown) {
            findings.add(Finding.notFound("host+subset in destinationrule", to.host() + "+" + to.subset()));
        }
    }
}
