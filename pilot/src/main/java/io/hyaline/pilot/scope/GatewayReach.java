package io.hyaline.pilot.scope;

import io.hyaline.model.DestinationRule;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.VirtualService;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.route.Destination;
import io.hyaline.pilot.generate.GatewayPlan;
import io.hyaline.pilot.route.Delegates;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a gateway has to do with.
 *
 * @param hosts to which the routes of its VirtualServices lead
 * @param passing servers that hand on mesh TLS to whatever has a host of theirs
 * @param secrets names of secrets in its own namespace
 */
record GatewayReach(GatewayPlan plan, String namespace, Set<String> hosts, List<Server> passing, Set<String> secrets) {
    private static final String TRUSTED = "-cacert";

    static GatewayReach of(MeshSnapshot mesh, ProxyNode node) {
        GatewayPlan plan = GatewayPlan.of(mesh, node);
        Set<String> hosts = new HashSet<>();
        Delegates.inPlace(mesh.traffic().virtualServices()).stream()
                .filter(v -> v.visibleIn(node.namespace()) && plan.serves(v))
                .flatMap(VirtualService::destinations)
                .map(Destination::host)
                .forEach(hosts::add);
        List<Server> servers = plan.ports().stream()
                .flatMap(p -> p.servers().stream())
                .map(GatewayPlan.Entry::server)
                .toList();
        Set<String> secrets = new HashSet<>();
        servers.forEach(
                s -> secrets.addAll(s.tls() == null ? List.of() : s.tls().credentials()));
        mesh.traffic().destinationRules().stream()
                .flatMap(GatewayReach::policies)
                .forEach(p -> secrets.add(p.tls() == null ? "" : p.tls().credential()));
        return new GatewayReach(
                plan,
                node.namespace(),
                hosts,
                servers.stream()
                        .filter(s -> s.tls() != null && s.tls().mode() == ServerTls.Mode.AUTO_PASSTHROUGH)
                        .toList(),
                secrets);
    }

    private static Stream<TrafficPolicy> policies(DestinationRule rule) {
        return Stream.concat(
                        Stream.of(rule.content().policy()),
                        rule.content().subsets().stream().map(s -> s.policy()))
                .flatMap(p -> Stream.concat(Stream.of(p), p.ports().values().stream()));
    }

    boolean leadsTo(Service service) {
        return hosts.contains(service.host())
                || passing.stream()
                        .flatMap(s -> s.hostsFor(service.key().namespace()).stream())
                        .anyMatch(pattern -> Hosts.isWithin(service.host(), pattern));
    }

    boolean needs(ObjectKey secret) {
        String name = secret.name();
        boolean named = secrets.contains(name)
                || (name.endsWith(TRUSTED) && secrets.contains(name.substring(0, name.length() - TRUSTED.length())));
        return named && secret.namespace().equals(namespace);
    }
}
