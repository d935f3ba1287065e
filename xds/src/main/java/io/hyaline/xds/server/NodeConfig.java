package io.hyaline.xds.server;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
}
