package io.hyaline.xds.server;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one client shall have, from one snapshot.
 *
 * @param snapshot the snapshot's version, for people
 */
public record NodeConfig(long snapshot, Map<ServedType, SortedMap<String, Served>> resources) {
    public NodeConfig {
        resources = Collections.unmodifiableMap(new EnumMap<>(resources));
    }

    public SortedMap<String, Served> of(ServedType type) {
        SortedMap<String, Served> all = resources.get(type);
        return all == null ? Collections.unmodifiableSortedMap(new TreeMap<>()) : all;
    }

    /** Whether the resources of a type are the very same ones, so that there is nothing to compare. */
    @SuppressWarnings("ReferenceEquality") // equal ones that are not the same would be compared for nothing
    boolean sameAs(@Nullable NodeConfig other, ServedType type) {
        return other != null && resources.containsKey(type) && resources.get(type) == other.resources.get(type);
    }
}
