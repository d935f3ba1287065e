package io.hyaline.apiserver.resource;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Custom.Column;
import io.hyaline.apiserver.resource.Custom.ScalePaths;
import io.hyaline.apiserver.schema.StructuralSchemas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads CustomResourceDefinitions. */
public final class Definitions {
    /** Where definitions are stored. */
    public static final String STORAGE = "customresourcedefinitions.apiextensions.k8s.io";

    private final StructuralSchemas schemas;

    public Definitions(StructuralSchemas schemas) {
        this.schemas = schemas;
    }

    /** The resources that definitions ask to serve, groups by name, newer versions first. */
    public List<Resource> resources(List<ObjectNode> definitions) {
        List<Resource> found = new ArrayList<>();
        definitions.forEach(definition -> found.addAll(resources(definition)));
        found.sort(Comparator.comparing(Resource::group)
                .thenComparing(resource -> resource.version().version(), VersionOrder.NEWEST_FIRST)
                .thenComparing(Resource::plural));
        return found;
    }

    private List<Resource> resources(ObjectNode definition) {
        JsonNode spec = definition.path("spec");
        String group = Json.string(spec, "group");
        GroupVersion stored = new GroupVersion(group, storageVersion(definition));
        JsonNode names = Json.at(definition, "spec", "names");
        Names called = new Names(
                Json.string(names, "plural"),
                Json.string(names, "singular"),
                Json.string(names, "kind"),
                Json.strings(names, "shortNames"),
                Json.strings(names, "categories"));
        List<Resource> found = new ArrayList<>();
        for (ObjectNode version : Json.objects(spec, "versions")) {
            if (!Json.truth(version, "served")) {
                continue;
            }
            JsonNode openApi = Json.at(version, "schema", "openAPIV3Schema");
            found.add(new Resource(
                    new GroupVersion(group, Json.string(version, "name")),
                    called,
                    !Json.string(spec, "scope").equals("Cluster"),
                    subresources(version),
                    schemas.object(called.kind(), openApi),
                    called.plural() + "." + group,
                    stored,
                    true,
                    new Custom(openApi, columns(version), scale(version))));
        }
        return found;
    }

    /** The version in which objects are stored. */
    public static String storageVersion(JsonNode definition) {
        for (ObjectNode version : Json.objects(definition, "spec", "versions")) {
            if (Json.truth(version, "storage")) {
                return Json.string(version, "name");
            }
        }
        return "";
    }

    private static Set<String> subresources(ObjectNode version) {
        Set<String> found = new HashSet<>();
        version.path("subresources").forEachEntry((name, _) -> found.add(name));
        return Set.copyOf(found);
    }

    private static List<Column> columns(ObjectNode version) {
        List<Column> columns = new ArrayList<>();
        for (ObjectNode column : Json.objects(version, "additionalPrinterColumns")) {
            columns.add(new Column(
                    Json.string(column, "name"),
                    Json.string(column, "type"),
                    Json.string(column, "format"),
                    Json.string(column, "description"),
                    (int) Json.number(column, 0, "priority"),
                    Json.string(column, "jsonPath")));
        }
        return columns;
    }

    private static @Nullable ScalePaths scale(ObjectNode version) {
        JsonNode scale = Json.at(version, "subresources", "scale");
        return scale.isObject()
                ? new ScalePaths(
                        Json.string(scale, "specReplicasPath"),
                        Json.string(scale, "statusReplicasPath"),
                        Json.string(scale, "labelSelectorPath"))
                : null;
    }
}
