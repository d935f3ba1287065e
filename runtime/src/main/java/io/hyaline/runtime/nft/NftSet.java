package io.hyaline.runtime.nft;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A named set or map.
 *
 * @param kind {@code set} or {@code map}
 * @param declaration its type and, after semicolons, flags and size
 * @param elements keys with what they map to; an empty text for the elements of a set. A set that packets fill has none
 *     here, and keeps what it has
 */
public record NftSet(String kind, String name, String declaration, SortedMap<String, String> elements) {

    public NftSet {
        elements = Collections.unmodifiableSortedMap(new TreeMap<>(elements));
    }

    public static NftSet set(String name, String type, Collection<String> elements) {
        TreeMap<String, String> keys = new TreeMap<>();
        elements.forEach(e -> keys.put(e, ""));
        return new NftSet("set", name, "type " + type, keys);
    }

    public static NftSet map(String name, String type, SortedMap<String, String> elements) {
        return new NftSet("map", name, "type " + type, elements);
    }

    /** A set that rules add to and time takes from. */
    public static NftSet remembering(String name, String type, int size) {
        return new NftSet("set", name, "type " + type + "; size " + size + "; flags dynamic,timeout", new TreeMap<>());
    }

    static String element(String key, String value) {
        return value.isEmpty() ? key : key + " : " + value;
    }
}
