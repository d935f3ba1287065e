package io.hyaline.runtime.balance;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.runtime.cluster.ChangeLoop;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.cluster.ServiceStatuses;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.BalancerNet;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.nft.AppliedTable;
import io.hyaline.runtime.nft.Marks;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Serves every Service of type LoadBalancer. */
public final class Balancer implements AutoCloseable {

    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final BalancerNet net;
    private final AddressPlan plan;
    private final Informers informers;
    private final BalancerStatus status;
    private final Clock clock;
    private final ChangeLoop loop;
    private final HealthChecks checks;
    /** By service, and then by each of its addresses. */
    private final Map<String, Map<String, Following>> following = new HashMap<>();

    private final Set<String> owned = new TreeSet<>();
    private final List<Assignment.Pool> pools;
    private final Map<Ip, AppliedTable> tables = new EnumMap<>(Ip.class);

    private Balancer(BalancerNet net, AddressPlan plan, Informers informers, BalancerStatus status, Clock clock) {
        this.net = net;
        this.plan = plan;
        this.informers = informers;
        this.status = status;
        this.clock = clock;
        this.pools = plan.each(f -> new Assignment.Pool(f.family(), f.balancerAddresses()));
        pools.forEach(p -> tables.put(p.family(), new AppliedTable("load balancer", net::rules)));
        this.loop = new ChangeLoop("balancer", clock, this::step);
        this.checks = new HealthChecks(net.thread(), net.namespace(), loop::changed);
    }

    /** Starts on watches that have been started already. */
    public static Balancer start(
            BalancerNet net, AddressPlan plan, KubernetesClient client, Informers informers, EventRecorder events) {
        Clock clock = Clock.systemUTC();
        Balancer balancer = new Balancer(
                net, plan, informers, new BalancerStatus(new ServiceStatuses(client, clock), events), clock);
        informers.services.addEventHandler(new OnChange<>((before, after) -> balancer.loop.changed()));
        informers.nodes.addEventHandler(new OnChange<>((before, after) -> balancer.loop.changed()));
        balancer.loop.start(clock.instant());
        return balancer;
    }

    private @Nullable Instant step() {
        List<Service> services = informers.services.getStore().list();
        Assignment assignment = Assignment.of(services, pools);
        List<Service> ours = services.stream()
                .filter(s -> assignment.addresses().containsKey(Assignment.name(s)))
                .sorted(Comparator.comparing(Assignment::name))
                .toList();
        follow(ours, assignment);
        own(assignment.addresses().values().stream()
                .flatMap(List::stream)
                .collect(Collectors.toCollection(TreeSet::new)));
        tables.forEach((family, table) -> table.become(BalancerRules.table(
                family, ours.stream().flatMap(s -> balanced(s, family)).toList())));
        status.publish(services, assignment, following);
        return following.values().stream()
                .flatMap(byAddress -> byAddress.values().stream())
                .flatMap(f -> f.change().stream())
                .map(Following.Change::until)
                .min(Instant::compareTo)
                .orElse(null);
    }

    /** Each address is followed for itself: a node's answer is about endpoints of the family that it was asked by. */
    private void follow(List<Service> ours, Assignment assignment) {
        Instant now = clock.instant();
        Set<Target> targets = new HashSet<>();
        Map<String, Map<String, Following>> next = new HashMap<>();
        for (Service service : ours) {
            String name = Assignment.name(service);
            int port = healthPort(service);
            Map<String, Following> known = following.getOrDefault(name, Map.of());
            Map<String, Following> own = new LinkedHashMap<>();
            for (String address : Objects.requireNonNull(assignment.addresses().get(name))) {
                List<BalancedNode> nodes = nodes(Ip.of(address).orElseThrow());
                Following before = known.getOrDefault(address, Following.start());
                before.ports(port).forEach(p -> nodes.forEach(n -> targets.add(new Target(n.address(), p))));
                own.put(address, before.next(port, nodes, checks::of, now));
            }
            next.put(name, own);
        }
        following.clear();
        following.putAll(next);
        checks.ask(targets);
    }

    private static int healthPort(Service service) {
        boolean local = "Local".equals(service.getSpec().getExternalTrafficPolicy());
        return local ? Objects.requireNonNullElse(service.getSpec().getHealthCheckNodePort(), 0) : 0;
    }

    /** Nodes of the API that are on this machine and take part. */
    private List<BalancedNode> nodes(Ip family) {
        FamilyPlan addresses = plan.of(family).orElseThrow();
        List<BalancedNode> found = new ArrayList<>();
        for (Node node : informers.nodes.getStore().list()) {
            String name = node.getMetadata().getName();
            boolean excluded = node.getMetadata().getLabels() != null
                    && node.getMetadata().getLabels().containsKey(EXCLUDED);
            if (!excluded && name.matches("node-[0-9]{1,3}")) {
                int number = Integer.parseInt(name.substring("node-".length()));
                found.add(new BalancedNode(name, addresses.node(number), Marks.toNode(number)));
            }
        }
        found.sort(Comparator.comparingInt(BalancedNode::mark));
        return found;
    }

    private Stream<BalancerRules.Balanced> balanced(Service service, Ip family) {
        String name = Assignment.name(service);
        List<BalancerRules.Port> ports = new ArrayList<>();
        for (ServicePort port : Objects.requireNonNullElse(service.getSpec().getPorts(), List.<ServicePort>of())) {
            String protocol =
                    Objects.requireNonNullElse(port.getProtocol(), "TCP").toLowerCase(Locale.ROOT);
            if (!protocol.equals("sctp")) {
                ports.add(new BalancerRules.Port(protocol, port.getPort()));
            }
        }
        boolean sticky = "ClientIP".equals(service.getSpec().getSessionAffinity());
        return following.getOrDefault(name, Map.of()).entrySet().stream()
                .filter(e -> family.parse(e.getKey()).isPresent())
                .map(e -> new BalancerRules.Balanced(
                        name, e.getKey(), ports, sticky, e.getValue().nodes()));
    }

    private void own(Set<String> addresses) {
        for (String address : addresses) {
            if (!owned.contains(address)) {
                net.own(address);
                owned.add(address);
            }
        }
        for (String address : List.copyOf(owned)) {
            if (!addresses.contains(address)) {
                net.disown(address);
                owned.remove(address);
            }
        }
    }

    @Override
    public void close() {
        loop.close();
        checks.close();
    }
}
