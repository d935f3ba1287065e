package io.hyaline.pilot.scope;

import io.hyaline.model.DestinationRule;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.policy.Subset;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.pilot.policy.Rules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A Service of which the DestinationRules of a proxy say something else than they did. */
record RuleChange(Service service, DestinationRule.Content before, DestinationRule.Content after) {
    static List<RuleChange> of(
            Changes changes, MeshSnapshot before, MeshSnapshot after, ProxyNode node, Predicate<Service> calls) {
        List<RuleChange> all = new ArrayList<>();
        if (changes.rules().isEmpty()) {
            return all;
        }
        Rules said = Rules.of(before, node);
        Rules say = Rules.of(after, node);
        for (Service service : after.services().values()) {
            boolean spokenOf = changes.rules().stream()
                    .anyMatch(c -> c.either(rule -> Hosts.isWithin(service.host(), rule.host())));
            if (spokenOf && calls.test(service)) {
                RuleChange change = new RuleChange(service, said.of(service), say.of(service));
                if (!change.before.equals(change.after)) {
                    all.add(change);
                }
            }
        }
        return all;
    }

    /** Requests choose their endpoint by something else; also says which clusters have endpoints at all. */
    boolean balancing() {
        return differ(TrafficPolicy::loadBalancing);
    }

    /** Routes say something else: how requests choose their endpoint, or whether they announce themselves to it. */
    boolean requests() {
        return balancing() || differ(RuleChange::foreign);
    }

    /** Whether it is somebody else's TLS, or none, by which nothing can be announced. */
    private static @Nullable Object foreign(TrafficPolicy policy) {
        TrafficPolicy.ClientTls tls = policy.tls();
        boolean ofMesh = tls == null || tls.mode() == TrafficPolicy.ClientTls.Mode.ISTIO_MUTUAL;
        return ofMesh ? null : true;
    }

    /** Connections of which no requests are seen are treated differently. */
    boolean connections() {
        return balancing() || differ(RuleChange::times);
    }

    /** Other endpoints belong to its clusters, or its clusters are others. */
    boolean places() {
        return balancing() || !subsets(before).equals(subsets(after));
    }

    private static @Nullable Object times(TrafficPolicy policy) {
        TrafficPolicy.ConnectionPool pool = policy.pool();
        if (pool == null || (pool.tcp().idleTimeout() == null && pool.tcp().maxDuration() == null)) {
            return null;
        }
        return Arrays.asList(pool.tcp().idleTimeout(), pool.tcp().maxDuration());
    }

    private static List<Object> subsets(DestinationRule.Content content) {
        return content.subsets().stream()
                .<Object>map(s -> List.of(s.name(), s.labels()))
                .toList();
    }

    private boolean differ(Function<TrafficPolicy, @Nullable Object> look) {
        return !looked(before, look).equals(looked(after, look));
    }

    private static List<Object> looked(
            DestinationRule.Content content, Function<TrafficPolicy, @Nullable Object> look) {
        List<Object> all = new ArrayList<>();
        look("", content.policy(), look, all);
        for (Subset subset : content.subsets()) {
            look(subset.name(), subset.policy(), look, all);
        }
        return all;
    }

    private static void look(
            String subset, TrafficPolicy policy, Function<TrafficPolicy, @Nullable Object> look, List<Object> all) {
        Object whole = look.apply(policy);
        if (whole != null || !policy.ports().isEmpty()) {
            all.add(List.of(subset, Optional.ofNullable(whole)));
        }
        new TreeMap<>(policy.ports())
                .forEach((port, own) -> all.add(List.of(subset, port, Optional.ofNullable(look.apply(own)))));
    }
}
