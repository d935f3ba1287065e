package io.hyaline.runtime.controllers;

import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Whether two templates mean the same pods: an absent list or map is an empty one, and the hash label does not count. */
final class Templates {

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(
                    value -> value.withValueInclusion(Include.NON_NULL).withContentInclusion(Include.NON_NULL))
            .build();

    private Templates() {}

    static boolean same(PodTemplateSpec a, PodTemplateSpec b) {
        return canonical(a).equals(canonical(b));
    }

    static JsonNode canonical(PodTemplateSpec template) {
        PodTemplateSpec plain = new PodTemplateSpecBuilder(template)
                .editOrNewMetadata()
                .removeFromLabels(Deployments.HASH)
                .withCreationTimestamp(null)
                .endMetadata()
                .build();
        JsonNode tree = MAPPER.valueToTree(plain);
        if (tree.get("metadata") instanceof ObjectNode metadata) {
            metadata.properties().stream()
                    .filter(e -> e.getValue().isContainer() && e.getValue().isEmpty())
                    .map(e -> e.getKey())
                    .toList()
                    .forEach(metadata::remove);
        }
        return tree;
    }
}
