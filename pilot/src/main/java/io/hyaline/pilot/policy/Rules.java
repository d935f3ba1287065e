package io.hyaline.pilot.policy;

import io.hyaline.model.DestinationRule;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.host.Hosts;
import io.hyaline.model.policy.Subset;
import io.hyaline.model.policy.TrafficPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The DestinationRules that hold for one proxy: those of its own namespace go before those of the Service's, and these
 * before those of the root namespace. Owned by whoever generates; it remembers what it has looked up.
 */
public final class Rules {
    private final List<DestinationRule> rules;
    private final String namespace;
    private final String rootNamespace;
    private final Map<ObjectKey, DestinationRule.Content> known = new HashMap<>();

    private Rules(List<DestinationRule> rules, String namespace, String rootNamespace) {
        this.rules = rules;
        this.namespace = namespace;
        this.rootNamespace = rootNamespace;
    }

    public static Rules of(MeshSnapshot mesh, ProxyNode node) {
        List<DestinationRule> concerned = mesh.traffic().destinationRules().stream()
                .filter(r -> r.visibleIn(node.namespace()))
                .filter(r -> node.labels().entrySet().containsAll(r.selector().entrySet()))
                .toList();
        return new Rules(concerned, node.namespace(), mesh.mesh().rootNamespace());
    }

    public List<Subset> subsets(Service service) {
        return of(service).subsets();
    }

    /** A subset that nobody defined has the host's policy. */
    public TrafficPolicy policy(Service service, int port, String subset) {
        TrafficPolicy ofHost = of(service).policy().of(port);
        return of(service).subsets().stream()
                .filter(s -> s.name().equals(subset))
                .findFirst()
                .map(s -> s.policy().of(port).over(ofHost))
                .orElse(ofHost);
    }

    /** What holds for a Service, all rules that speak of it taken together. */
    public DestinationRule.Content of(Service service) {
        return rules.isEmpty()
                ? DestinationRule.Content.NOTHING
                : known.computeIfAbsent(service.key(), _ -> lookUp(service));
    }

    private DestinationRule.Content lookUp(Service service) {
        for (String where : List.of(namespace, service.key().namespace(), rootNamespace)) {
            DestinationRule.Content found =
                    within(service.host(), r -> r.key().namespace().equals(where));
            if (!found.equals(DestinationRule.Content.NOTHING)) {
                return found;
            }
        }
        return DestinationRule.Content.NOTHING;
    }

    /** The most specific host counts; rules for the same host are one, the oldest's policy and everyone's subsets. */
    private DestinationRule.Content within(String host, Predicate<DestinationRule> where) {
        List<DestinationRule> covering = rules.stream()
                .filter(where)
                .filter(r -> Hosts.isWithin(host, r.host()))
                .toList();
        String best = covering.stream()
                .map(DestinationRule::host)
                .max(Hosts.CLOSENESS)
                .orElse("");
        List<DestinationRule> same =
                covering.stream().filter(r -> r.host().equals(best)).toList();
        List<DestinationRule> chosen = same.stream().anyMatch(r -> !r.selector().isEmpty())
                ? same.stream().filter(r -> !r.selector().isEmpty()).toList()
                : same;
        if (chosen.isEmpty()) {
            return DestinationRule.Content.NOTHING;
        }
        TrafficPolicy policy = TrafficPolicy.NONE;
        List<Subset> subsets = new ArrayList<>();
        for (DestinationRule rule : chosen) {
            policy = policy.equals(TrafficPolicy.NONE) ? rule.content().policy() : policy;
            for (Subset subset : rule.content().subsets()) {
                if (subsets.stream().noneMatch(s -> s.name().equals(subset.name()))) {
                    subsets.add(subset);
                }
            }
        }
        return new DestinationRule.Content(policy, subsets);
    }
}
