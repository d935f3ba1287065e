package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Who belongs to whom: controller references and label selectors. */
final class Owners {

    private Owners() {}

    static OwnerReference reference(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }

    static @Nullable OwnerReference controller(HasMetadata object) {
        List<OwnerReference> owners = object.getMetadata().getOwnerReferences();
        if (owners == null) {
            return null;
        }
        return owners.stream()
                .filter(o -> Objects.equals(o.getController(), true))
                .findFirst()
                .orElse(null);
    }

    static boolean owns(HasMetadata owner, HasMetadata object) {
        OwnerReference reference = controller(object);
        return reference != null
                && reference.getUid().equals(owner.getMetadata().getUid());
    }

    static boolean matches(Map<String, String> selector, HasMetadata object) {
        Map<String, String> labels = labels(object);
        return selector.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())));
    }

    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        Map<String, String> equal = selector.getMatchLabels() == null ? Map.of() : selector.getMatchLabels();
        List<LabelSelectorRequirement> more =
                selector.getMatchExpressions() == null ? List.of() : selector.getMatchExpressions();
        return equal.entrySet().stream().allMatch(e -> e.getValue().equals(labels.get(e.getKey())))
                && more.stream().allMatch(r -> meets(r.getOperator(), r.getValues(), labels.get(r.getKey())));
    }

    /** One requirement of a selector, on a value that may be missing. */
    static boolean meets(String operator, @Nullable List<String> values, @Nullable String value) {
        List<String> wanted = values == null ? List.of() : values;
        return switch (operator) {
            case "In" -> value != null && wanted.contains(value);
            case "NotIn" -> value == null || !wanted.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && Long.parseLong(value) > Long.parseLong(wanted.getFirst());
            case "Lt" -> value != null && Long.parseLong(value) < Long.parseLong(wanted.getFirst());
            default -> false;
        };
    }

    static Map<String, String> labels(HasMetadata object) {
        Map<String, String> labels = object.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }
}
