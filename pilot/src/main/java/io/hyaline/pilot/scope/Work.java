package io.hyaline.pilot.scope;

import io.hyaline.xds.server.ServedType;
import java.util.EnumSet;
import java.util.Set;

/**
 * What of a proxy's configuration has to be made anew.
 *
 * @param types as a whole
 * @param clusters hosts whose outbound clusters are meant
 * @param endpoints hosts whose endpoints are meant
 */
public record Work(Set<ServedType> types, Set<String> clusters, Set<String> endpoints) {
    public static final Work NOTHING = new Work(Set.of(), Set.of(), Set.of());
    public static final Work EVERYTHING = new Work(EnumSet.allOf(ServedType.class), Set.of(), Set.of());

    public Work {
        types = Set.copyOf(types);
        clusters = Set.copyOf(clusters);
        endpoints = Set.copyOf(endpoints);
    }
}
