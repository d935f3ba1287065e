package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.Secret;
import io.hyaline.model.Credential;
import io.hyaline.model.DestinationRule;
import io.hyaline.model.Gateway;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.TrafficConfig;
import io.hyaline.model.VirtualService;
import io.hyaline.pilot.read.SecretReader;
import io.hyaline.pilot.read.ServiceEntryReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The objects about traffic as last heard of, and the certificates that they use; owned by the ingest thread. */
final class TrafficState {
    private static final String SUFFIX_OF_TRUSTED = "-cacert";

    private final InstantSource clock;
    private final Map<ObjectKey, Gateway> gateways = new TreeMap<>();
    private final Map<ObjectKey, VirtualService> virtualServices = new TreeMap<>();
    private final Map<ObjectKey, DestinationRule> destinationRules = new TreeMap<>();
    private final Map<ObjectKey, ServiceEntryReader.Entry> serviceEntries = new TreeMap<>();
    private final Map<ObjectKey, Credential> credentials = new TreeMap<>();

    private Instant looked;

    TrafficState(InstantSource clock) {
        this.clock = clock;
        this.looked = clock.instant();
    }

    Map<ObjectKey, Gateway> gateways() {
        return gateways;
    }

    Map<ObjectKey, VirtualService> virtualServices() {
        return virtualServices;
    }

    Map<ObjectKey, DestinationRule> destinationRules() {
        return destinationRules;
    }

    Map<ObjectKey, ServiceEntryReader.Entry> serviceEntries() {
        return serviceEntries;
    }

    boolean remove(String kind, ObjectKey key) {
        return switch (kind) {
            case "Gateway" -> gateways.remove(key) != null;
            case "VirtualService" -> virtualServices.remove(key) != null;
            case "DestinationRule" -> destinationRules.remove(key) != null;
            case "ServiceEntry" -> serviceEntries.remove(key) != null;
            default -> false;
        };
    }

    /** @throws IllegalArgumentException if it is meant to hold certificates and what it holds is none */
    boolean put(ObjectKey key, Secret secret) {
        Credential next = SecretReader.read(secret, clock.instant());
        Credential before = next == null ? credentials.remove(key) : credentials.put(key, next);
        return !java.util.Objects.equals(before, next);
    }

    /** Certificates expire, and begin to be valid, without a word; true if there is something new to say of one. */
    boolean lookAgain() {
        Instant before = looked;
        Instant now = clock.instant();
        looked = now;
        List<Credential> turned = credentials.values().stream()
                .filter(c -> c.complaint().equals(SecretReader.complaint(c, before)))
                .filter(c -> !c.complaint().equals(SecretReader.complaint(c, now)))
                .toList();
        turned.forEach(c -> credentials.put(c.key(), c.withComplaint(SecretReader.complaint(c, now))));
        return !turned.isEmpty();
    }

    /** Something is wrong with what a secret now holds; true if there is a version to go on with. */
    boolean complain(ObjectKey key, String reason) {
        Credential known = credentials.get(key);
        if (known == null) {
            return false;
        }
        Credential complained = known.withComplaint(reason + "; its last good content is served");
        return !complained.equals(credentials.put(key, complained));
    }

    /**
     * A secret is gone. What a Gateway serves with stays until there is another of its name: people rotate certificates
     * by deleting a secret and creating it anew.
     */
    boolean withdraw(ObjectKey key) {
        String name = key.name().endsWith(SUFFIX_OF_TRUSTED)
                ? key.name().substring(0, key.name().length() - SUFFIX_OF_TRUSTED.length())
                : key.name();
        boolean used = gateways.values().stream().anyMatch(g -> g.uses(name) || g.uses(key.name()));
        return used ? complain(key, "the secret was deleted") : credentials.remove(key) != null;
    }

    /** The hosts of all entries. */
    List<ServiceEntryReader.Host> hosts() {
        return oldestFirst(serviceEntries.values(), ServiceEntryReader.Entry::created, ServiceEntryReader.Entry::key)
                .stream()
                .flatMap(entry -> entry.hosts().stream())
                .toList();
    }

    TrafficConfig config() {
        return new TrafficConfig(
                oldestFirst(gateways.values(), Gateway::created, Gateway::key),
                oldestFirst(virtualServices.values(), VirtualService::created, VirtualService::key),
                oldestFirst(destinationRules.values(), DestinationRule::created, DestinationRule::key),
                Map.copyOf(credentials));
    }

    private static <T> List<T> oldestFirst(
            Collection<T> all, Function<T, Instant> created, Function<T, ObjectKey> key) {
        return all.stream()
                .sorted(Comparator.comparing(created).thenComparing(key))
                .toList();
    }
}
