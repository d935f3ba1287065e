package io.hyaline.apiserver.family;

import io.hyaline.apiserver.json.Json;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fields of a Service's spec that hang together: ClusterIPs and their families.
 *
 * @param type of the Service
 * @param selects whether it has a selector
 * @param first {@code clusterIP}; empty when absent
 * @param all {@code clusterIPs}; one that is still to be given out is empty
 * @param families {@code ipFamilies}, in the order of the addresses
 * @param policy {@code ipFamilyPolicy}; empty when absent
 */
public record Addressing(
        String type, boolean selects, String first, List<String> all, List<String> families, String policy) {
    static final String NONE = "None";
    static final String SINGLE = "SingleStack";
    static final String PREFER = "PreferDualStack";
    static final String REQUIRE = "RequireDualStack";

    public Addressing {
        all = List.copyOf(all);
        families = List.copyOf(families);
    }

    public static Addressing of(JsonNode spec) {
        return new Addressing(
                Json.string(spec, "type"),
                !spec.path("selector").isEmpty(),
                Json.string(spec, "clusterIP"),
                Json.strings(spec, "clusterIPs"),
                Json.strings(spec, "ipFamilies"),
                Json.string(spec, "ipFamilyPolicy"));
    }

    /** Has nothing but a name elsewhere. */
    boolean isNamed() {
        return type.equals("ExternalName");
    }

    /** By its singular field, as long as the two are not brought together. */
    boolean asksForNone() {
        return first.equals(NONE);
    }

    boolean isHeadless() {
        return all.equals(List.of(NONE));
    }

    boolean isSingle() {
        return policy.equals(SINGLE);
    }

    Addressing withAddresses(String newFirst, List<String> newAll) {
        return new Addressing(type, selects, newFirst, newAll, families, policy);
    }

    Addressing withFamilies(List<String> newFamilies) {
        return new Addressing(type, selects, first, all, newFamilies, policy);
    }

    Addressing withPolicy(String newPolicy) {
        return new Addressing(type, selects, first, all, families, newPolicy);
    }

    /** Puts the fields into a spec; empty ones are taken out. */
    public void into(ObjectNode spec) {
        put(spec, "clusterIP", first.isEmpty(), Json.text(first));
        put(spec, "clusterIPs", all.isEmpty(), Json.array(all));
        put(spec, "ipFamilies", families.isEmpty(), Json.array(families));
        put(spec, "ipFamilyPolicy", policy.isEmpty(), Json.text(policy));
    }

    private static void put(ObjectNode spec, String field, boolean empty, JsonNode value) {
        if (empty) {
            spec.remove(field);
        } else {
            spec.set(field, value);
        }
    }
}
