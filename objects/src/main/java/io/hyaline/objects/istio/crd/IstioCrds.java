package io.hyaline.objects.istio.crd;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.hyaline.objects.istio.IstioKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CustomResourceDefinitions of all kinds, derived from the records of their specs. */
public final class IstioCrds {
    private IstioCrds() {}

    public static List<CustomResourceDefinition> all() {
        KubernetesSerialization serialization = new KubernetesSerialization();
        return Arrays.stream(IstioKind.values())
                .map(kind -> serialization.convertValue(tree(kind), CustomResourceDefinition.class))
                .toList();
    }

    /** One definition as a plain JSON tree. */
    public static Map<String, Object> tree(IstioKind kind) {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("kind", kind.kind());
        names.put("listKind", kind.kind() + "List");
        names.put("plural", kind.plural());
        names.put("singular", kind.singular());
        names.put("shortNames", kind.shortNames());
        names.put("categories", kind.categories());
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("group", kind.group());
        spec.put("names", names);
        spec.put("scope", "Namespaced");
        spec.put("versions", kind.versions().stream().map(v -> version(kind, v)).toList());
        Map<String, Object> crd = new LinkedHashMap<>();
        crd.put("apiVersion", "apiextensions.k8s.io/v1");
        crd.put("kind", "CustomResourceDefinition");
        crd.put("metadata", Map.of("name", kind.plural() + "." + kind.group(), "labels", Map.of("app", "istio-pilot")));
        crd.put("spec", spec);
        return crd;
    }

    private static Map<String, Object> version(IstioKind kind, String name) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("spec", SpecSchema.of(kind.spec()));
        properties.put("status", SpecSchema.free());
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("name", name);
        version.put("served", true);
        version.put("storage", name.equals(kind.versions().getFirst()));
        version.put("additionalPrinterColumns", columns(kind));
        version.put("subresources", Map.of("status", Map.of()));
        version.put("schema", Map.of("openAPIV3Schema", Map.of("type", "object", "properties", properties)));
        return version;
    }

    private static List<Map<String, Object>> columns(IstioKind kind) {
        List<Map<String, Object>> columns = new ArrayList<>();
        for (String column : kind.columns()) {
            int equals = column.indexOf('=');
            columns.add(column(column.substring(0, equals), column.substring(equals + 1), "string"));
        }
        columns.add(column("Age", ".metadata.creationTimestamp", "date"));
        return columns;
    }

    private static Map<String, Object> column(String name, String path, String type) {
        Map<String, Object> column = new LinkedHashMap<>();
        column.put("name", name);
        column.put("type", type);
        column.put("jsonPath", path);
        return column;
    }
}
