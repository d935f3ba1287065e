package io.hyaline.xds.client;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is wanted and what is held of one resource type. */
final class Holdings {

    private record Held(String version, Message message) {}

    private final ResourceType type;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private boolean everything;
    private Set<String> names = Set.of();

    Holdings(ResourceType type) {
        this.type = type;
    }

    void wantAll() {
        everything = true;
    }

    /** Returns whether the interest changed. */
    boolean want(Set<String> wanted) {
        if (wanted.equals(names)) {
            return false;
        }
        names = new TreeSet<>(wanted);
        return true;
    }

    boolean everything() {
        return everything;
    }

    Set<String> names() {
        return names;
    }

    boolean wanted() {
        return everything || !names.isEmpty();
    }

    /** Forgets what is no longer wanted; called when the server has been told. */
    void prune() {
        if (!everything) {
            held.keySet().retainAll(names);
        }
    }

    /** In the order in which they first came. */
    Map<String, Message> resources() {
        Map<String, Message> result = LinkedHashMap.newLinkedHashMap(held.size());
        held.forEach((name, resource) -> {
            if (isWanted(name)) {
                result.put(name, resource.message());
            }
        });
        return Collections.unmodifiableMap(result);
    }

    /** Names and versions that a server may skip; without those that have no version. */
    Map<String, String> versions() {
        Map<String, String> result = new HashMap<>();
        held.forEach((name, resource) -> {
            if (isWanted(name) && !resource.version().isEmpty()) {
                result.put(name, resource.version());
            }
        });
        return result;
    }

    /** Takes a state-of-the-world response. */
    Update takeState(String version, List<Offer> offers) {
        Update update = take(version, offers, Set.of());
        boolean nameless =
                offers.stream().anyMatch(offer -> offer instanceof Offer.Refused refused && !refused.named());
        if (!type.wholeSet() || nameless) {
            // A resource without a readable name may be any of those held: none of them is taken for removed.
            return update;
        }
        Set<String> removed = new HashSet<>(held.keySet());
        offers.forEach(offer -> removed.remove(offer.name()));
        held.keySet().removeAll(removed);
        return new Update(type, version, update.changed(), removed, update.rejected());
    }

    /** Takes a delta response. */
    Update takeDelta(String version, List<Offer> offers, Collection<String> gone) {
        Set<String> removed = new HashSet<>();
        for (String name : gone) {
            if (!isWanted(name)) {
                continue;
            }
            if (type.wholeSet()) {
                if (held.remove(name) != null) {
                    removed.add(name);
                }
            } else {
                held.computeIfPresent(name, (_, resource) -> new Held("", resource.message()));
                removed.add(name);
            }
        }
        return take(version, offers, removed);
    }

    private Update take(String version, List<Offer> offers, Set<String> removed) {
        Set<String> changed = new HashSet<>();
        Map<String, String> rejected = new HashMap<>();
        for (Offer offer : offers) {
            switch (offer) {
                case Offer.Good good -> {
                    if (isWanted(good.name())) {
                        Held before = held.put(good.name(), new Held(good.version(), good.message()));
                        if (before == null || !before.message().equals(good.message())) {
                            changed.add(good.name());
                        }
                    }
                }
                case Offer.Refused refused -> rejected.put(refused.name(), refused.reason());
            }
        }
        return new Update(type, version, changed, removed, rejected);
    }

    private boolean isWanted(String name) {
        return everything || names.contains(name);
    }
}
