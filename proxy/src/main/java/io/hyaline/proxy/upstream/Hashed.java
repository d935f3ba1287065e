package io.hyaline.proxy.upstream;

import io.hyaline.proxy.hash.HashTable;
import io.hyaline.proxy.hash.HashTable.Member;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hosts by hash. */
record Hashed(HashTable table, List<Host> hosts) {

    /** Hosts of one locality, and what part of the hashes they have among the others. */
    record Place(List<Host> hosts, long weight) {}

    /** Null when there are no hosts. */
    static @Nullable Hashed of(ClusterPlan.Hashing plan, List<Place> places) {
        double all = places.stream().mapToLong(Place::weight).sum();
        List<Host> hosts = new ArrayList<>();
        List<Member> members = new ArrayList<>();
        for (Place place : places) {
            long sum = place.hosts().stream().mapToLong(Hashed::weight).sum();
            for (Host host : place.hosts()) {
                hosts.add(host);
                members.add(new Member(key(host, plan.byHostname()), weight(host) * (place.weight() / all) / sum));
            }
        }
        return hosts.isEmpty() ? null : new Hashed(HashTable.of(plan.kind(), members), List.copyOf(hosts));
    }

    private static long weight(Host host) {
        return Math.max(1, host.weight());
    }

    private static String key(Host host, boolean byHostname) {
        String own = host.endpoint().hashKey();
        if (!own.isEmpty()) {
            return own;
        }
        return byHostname ? host.hostname() : host.text();
    }

    Host pick(long hash, int attempt) {
        return hosts.get(table.pick(hash, attempt));
    }
}
