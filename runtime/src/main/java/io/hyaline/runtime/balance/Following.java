package io.hyaline.runtime.balance;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The policy that one service's connections follow, and how it changes without losing one.
 *
 * <p>To Local: the nodes' health ports are asked first, and when all have answered, connections go only where they are good.
 * To Cluster: a node that has changed its rules closes its health port; until all have, those that still answer are believed.
 * Neither is waited for without a bound.
 *
 * @param healthPort 0 for the policy Cluster
 * @param change what it is about to become
 * @param nodes to which new connections go
 */
record Following(int healthPort, Optional<Change> change, List<BalancedNode> nodes) {

    /** Where every node says whether its rules are there. */
    static final int NODE_PORT = 10256;

    /** Shorter than nodes wait before they change their rules all the same. */
    private static final Duration TO_LOCAL = Duration.ofSeconds(2);

    private static final Duration TO_CLUSTER = Duration.ofSeconds(5);

    /** A change under way, to another health port or none, and when it is made at the latest. */
    record Change(int healthPort, Instant until) {}

    Following {
        nodes = List.copyOf(nodes);
    }

    static Following start() {
        return new Following(0, Optional.empty(), List.of());
    }

    /** Whether the policy Local is followed, and will be. */
    boolean local() {
        return healthPort > 0 && change.isEmpty();
    }

    /** The ports that have to be asked for the next decision. */
    List<Integer> ports(int wantedPort) {
        return IntStream.of(NODE_PORT, healthPort, wantedPort)
                .filter(p -> p > 0)
                .distinct()
                .boxed()
                .toList();
    }

    /**
     * The next state.
     *
     * @param wantedPort health port of the policy Local; 0 for Cluster
     * @param health what is known of ports
     */
    Following next(int wantedPort, List<BalancedNode> all, Function<Target, NodeHealth> health, Instant now) {
        if (wantedPort == healthPort && (change.isEmpty() || wantedPort == 0)) {
            return settled(wantedPort, all, health);
        }
        Change under = change.filter(c -> c.healthPort() == wantedPort)
                .orElseGet(() -> new Change(wantedPort, now.plus(wantedPort > 0 ? TO_LOCAL : TO_CLUSTER)));
        boolean late = !now.isBefore(under.until());
        if (wantedPort > 0) {
            boolean heard = all.stream().allMatch(n -> answers(health.apply(new Target(n.address(), wantedPort))));
            return heard || late
                    ? settled(wantedPort, all, health)
                    : new Following(healthPort, Optional.of(under), nodes);
        }
        List<BalancedNode> changed = all.stream()
                .filter(n -> health.apply(new Target(n.address(), healthPort)) == NodeHealth.SILENT)
                .toList();
        if (changed.size() == all.size() || late) {
            return settled(0, all, health);
        }
        Set<BalancedNode> usable = new HashSet<>(good(all, health, healthPort));
        usable.addAll(good(changed, health, NODE_PORT));
        return new Following(
                healthPort,
                Optional.of(under),
                all.stream().filter(usable::contains).toList());
    }

    /** When nobody is good and not everybody says so, it is the asking that fails: better the nodes of before than none. */
    private Following settled(int port, List<BalancedNode> all, Function<Target, NodeHealth> health) {
        int asked = port > 0 ? port : NODE_PORT;
        List<BalancedNode> good = good(all, health, asked);
        boolean known = !good.isEmpty()
                || all.stream().allMatch(n -> health.apply(new Target(n.address(), asked)) == NodeHealth.BAD);
        List<BalancedNode> next =
                known ? good : all.stream().filter(nodes::contains).toList();
        return new Following(port, Optional.empty(), next);
    }

    /** A port that is not open yet is no answer: the node has not heard of the change. */
    private static boolean answers(NodeHealth health) {
        return health == NodeHealth.GOOD || health == NodeHealth.BAD;
    }

    private static List<BalancedNode> good(List<BalancedNode> nodes, Function<Target, NodeHealth> health, int port) {
        return nodes.stream()
                .filter(n -> health.apply(new Target(n.address(), port)) == NodeHealth.GOOD)
                .toList();
    }
}
