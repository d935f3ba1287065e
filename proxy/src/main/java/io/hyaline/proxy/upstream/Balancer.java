package io.hyaline.proxy.upstream;

import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.upstream.ClusterPlan.Balance;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.Locality;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The hosts of a cluster at one moment, and the choice among them. */
final class Balancer {

    private final Balance balance;
    private final List<Host> hosts;
    /** The hosts of the first priority that has healthy ones, each as often as its weight says. */
    private final Host[] usable;

    private final int[] next;

    private final EndpointSet endpoints;

    private Balancer(Balance balance, EndpointSet endpoints, List<Host> hosts, List<Host> usable, int loops) {
        this.endpoints = endpoints;
        this.balance = balance;
        this.hosts = hosts;
        this.usable = usable.toArray(Host[]::new);
        this.next = new int[loops * 16];
    }

    static Balancer of(ClusterPlan plan, List<Host> before, EndpointSet endpoints, int loops) {
        Map<Endpoint, Host> known = new HashMap<>();
        for (Host host : before) {
            known.put(host.endpoint(), host);
        }
        List<Host> hosts = new ArrayList<>();
        int lowest = Integer.MAX_VALUE;
        Map<Integer, List<Host>> healthy = new HashMap<>();
        for (Locality locality : endpoints.localities()) {
            for (Endpoint endpoint : locality.endpoints()) {
                Host host = known.get(endpoint);
                if (host == null) {
                    host = new Host(endpoint, plan.security().transportFor(endpoint), loops);
                }
                hosts.add(host);
                if (endpoint.healthy()) {
                    lowest = Math.min(lowest, locality.priority());
                    List<Host> peers = healthy.computeIfAbsent(locality.priority(), p -> new ArrayList<>());
                    repeat(peers, host, endpoint.weight() * locality.weight());
                }
            }
        }
        return new Balancer(
                plan.balance(), endpoints, List.copyOf(hosts), healthy.getOrDefault(lowest, List.of()), loops);
    }

    private static final int MAX_REPEAT = 128;

    private static void repeat(List<Host> hosts, Host host, int weight) {
        for (int i = 0; i < Math.clamp(weight, 1, MAX_REPEAT); i++) {
            hosts.add(host);
        }
    }

    EndpointSet endpoints() {
        return endpoints;
    }

    List<Host> hosts() {
        return hosts;
    }

    @Nullable
    Host choose(Worker worker) {
        if (usable.length == 0) {
            return null;
        }
        if (usable.length == 1) {
            return usable[0];
        }
        return switch (balance) {
            case ROUND_ROBIN -> {
                int at = worker.index() * 16;
                int index = next[at];
                next[at] = index + 1 == usable.length ? 0 : index + 1;
                yield usable[index];
            }
            case LEAST_REQUEST -> {
                Host one = random(worker);
                Host other = random(worker);
                yield other.active() < one.active() ? other : one;
            }
            case RANDOM, CLUSTER_PROVIDED -> random(worker);
        };
    }

    private Host random(Worker worker) {
        return usable[worker.random().nextInt(usable.length)];
    }
}
