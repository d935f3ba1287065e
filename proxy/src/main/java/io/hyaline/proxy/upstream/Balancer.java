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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The hosts of a cluster at one moment, and the choice among them: a priority, a locality where those have weights, a host. */
final class Balancer {

    private static final int ALL = 100;

    /** Hosts among which the balance decides, and how often they are asked for in comparison with others. */
    private record Group(Wheel wheel, long weight) {}

    /** A priority that takes part of the traffic; with a table where hosts are chosen by hash. */
    private record Level(
            List<Group> groups, long weight, @Nullable Hashed hashed, int percent) {}

    private final Balance balance;
    private final List<Host> hosts;
    private final EndpointSet endpoints;
    private final List<Level> levels;
    /** The one wheel that there is in most clusters; null when there are several, or none. */
    private final @Nullable Wheel only;

    private Balancer(Balance balance, EndpointSet endpoints, List<Host> hosts, List<Level> levels) {
        this.endpoints = endpoints;
        this.balance = balance;
        this.hosts = hosts;
        this.levels = levels;
        this.only = levels.size() == 1 && levels.getFirst().groups().size() == 1
                ? levels.getFirst().groups().getFirst().wheel()
                : null;
    }

    /** A balancer for {@code endpoints}; hosts of {@code before} whose endpoint has not changed go on as they are. */
    static Balancer of(ClusterPlan plan, List<Host> before, EndpointSet endpoints, int loops) {
        Map<Endpoint, Host> known = new HashMap<>();
        for (Host host : before) {
            known.put(host.endpoint(), host);
        }
        List<Host> hosts = new ArrayList<>();
        TreeMap<Integer, List<Members>> byPriority = new TreeMap<>();
        for (Locality locality : endpoints.localities()) {
            List<Host> members = new ArrayList<>();
            for (Endpoint endpoint : locality.endpoints()) {
                Host host = known.get(endpoint);
                members.add(host != null ? host : new Host(endpoint, plan, loops));
            }
            hosts.addAll(members);
            byPriority
                    .computeIfAbsent(locality.priority(), _ -> new ArrayList<>())
                    .add(new Members(members, locality.weight()));
        }
        List<Level> levels =
                levels(List.copyOf(byPriority.values()), plan.balancing(), endpoints.overprovisioningPercent(), loops);
        return new Balancer(plan.balancing().balance(), endpoints, List.copyOf(hosts), levels);
    }

    /** The hosts of one locality. */
    private record Members(List<Host> hosts, int weight) {

        List<Host> usable(boolean panic) {
            return panic ? hosts : hosts.stream().filter(Host::healthy).toList();
        }
    }

    private static List<Level> levels(
            List<List<Members>> priorities, ClusterPlan.Balancing plan, int overprovisioningPercent, int loops) {
        List<PriorityLoad.Count> counts = new ArrayList<>();
        for (List<Members> priority : priorities) {
            int endpoints = 0;
            int healthy = 0;
            for (Members members : priority) {
                endpoints += members.hosts().size();
                healthy += members.usable(false).size();
            }
            counts.add(new PriorityLoad.Count(endpoints, healthy));
        }
        List<PriorityLoad> loads = PriorityLoad.decide(counts, overprovisioningPercent, plan.panicPercent());
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i < priorities.size(); i++) {
            PriorityLoad load = loads.get(i);
            if (load.percent() > 0) {
                List<Group> groups = plan.hashing() != null
                        ? List.of()
                        : groups(priorities.get(i), load.panic(), plan, overprovisioningPercent, loops);
                long weight = groups.stream().mapToLong(Group::weight).sum();
                Hashed hashed = plan.hashing() == null
                        ? null
                        : Hashed.of(plan.hashing(), places(priorities.get(i), load.panic(), plan));
                levels.add(new Level(groups, weight, hashed, load.percent()));
            }
        }
        return List.copyOf(levels);
    }

    private static List<Group> groups(
            List<Members> priority, boolean panic, ClusterPlan.Balancing plan, int overprovisioningPercent, int loops) {
        if (!plan.localityWeights()) {
            List<Host> all = new ArrayList<>();
            priority.forEach(members -> all.addAll(members.usable(panic)));
            return all.isEmpty() ? List.of() : List.of(new Group(Wheel.of(all, loops), 1));
        }
        List<Group> groups = new ArrayList<>();
        for (Members members : priority) {
            List<Host> usable = members.usable(panic);
            if (!usable.isEmpty()) {
                long available = Math.min(
                        ALL,
                        (long) overprovisioningPercent
                                * usable.size()
                                / members.hosts().size());
                groups.add(new Group(Wheel.of(usable, loops), members.weight() * available));
            }
        }
        return groups;
    }

    /** The hosts of a priority as consistent hashing counts them: by locality where those have weights. */
    private static List<Hashed.Place> places(List<Members> priority, boolean panic, ClusterPlan.Balancing plan) {
        List<Hashed.Place> places = new ArrayList<>();
        if (plan.localityWeights()) {
            for (Members members : priority) {
                if (members.weight() > 0) {
                    places.add(new Hashed.Place(members.usable(panic), members.weight()));
                }
            }
        } else {
            List<Host> all = new ArrayList<>();
            priority.forEach(members -> all.addAll(members.usable(panic)));
            places.add(new Hashed.Place(all, 1));
        }
        return places;
    }

    EndpointSet endpoints() {
        return endpoints;
    }

    List<Host> hosts() {
        return hosts;
    }

    /** The host that a hash belongs to. */
    @Nullable
    Host choose(long hash, int attempt) {
        int dice = (int) Long.remainderUnsigned(hash, ALL);
        for (Level level : levels) {
            dice -= level.percent();
            if (dice < 0) {
                return level.hashed() == null ? null : level.hashed().pick(hash, attempt);
            }
        }
        return null;
    }

    @Nullable
    Host choose(Worker worker) {
        if (balance == Balance.HASHED) {
            return choose(worker.random().nextLong(), 0);
        }
        Wheel wheel = only != null ? only : wheel(worker);
        if (wheel == null || wheel.turns() == 0) {
            return null;
        }
        if (wheel.turns() == 1) {
            return wheel.at(0);
        }
        return switch (balance) {
            case ROUND_ROBIN -> wheel.next(worker.index());
            case LEAST_REQUEST -> {
                Host one = random(wheel, worker);
                Host other = random(wheel, worker);
                yield other.active() < one.active() ? other : one;
            }
            case RANDOM, HASHED, CLUSTER_PROVIDED -> random(wheel, worker);
        };
    }

    private @Nullable Wheel wheel(Worker worker) {
        Level level = level(worker);
        if (level == null || level.weight() == 0) {
            return null;
        }
        long dice = worker.random().nextLong(level.weight());
        for (Group group : level.groups()) {
            dice -= group.weight();
            if (dice < 0) {
                return group.wheel();
            }
        }
        return null;
    }

    private @Nullable Level level(Worker worker) {
        int dice = levels.size() < 2 ? 0 : worker.random().nextInt(ALL);
        for (Level level : levels) {
            dice -= level.percent();
            if (dice < 0) {
                return level;
            }
        }
        return null;
    }

    private static Host random(Wheel wheel, Worker worker) {
        return wheel.at(worker.random().nextInt(wheel.turns()));
    }
}
