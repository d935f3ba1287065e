package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Catalog;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.select.LabelSelector;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** One webhook of a configuration. */
record Webhook(ObjectNode json) {

    String name() {
        return Json.string(json, "name");
    }

    JsonNode clientConfig() {
        return json.path("clientConfig");
    }

    boolean ignoresFailure() {
        return Json.string(json, "failurePolicy").equals("Ignore");
    }

    boolean reinvoked() {
        return Json.string(json, "reinvocationPolicy").equals("IfNeeded");
    }

    boolean withoutSideEffects() {
        String effects = Json.string(json, "sideEffects");
        return effects.equals("None") || effects.equals("NoneOnDryRun");
    }

    Duration timeout() {
        return Duration.ofSeconds(Json.number(json, 10, "timeoutSeconds"));
    }

    /** The version of the resource in which this webhook wants to see it; null when it does not care at all. */
    @Nullable
    Resource wants(Attributes attributes, Catalog catalog, Store store) {
        Resource seen = byRules(attributes, catalog);
        return seen != null && namespaceFits(attributes, store) && objectFits(attributes) ? seen : null;
    }

    private @Nullable Resource byRules(Attributes attributes, Catalog catalog) {
        if (rulesFit(attributes, attributes.resource())) {
            return attributes.resource();
        }
        if (Json.string(json, "matchPolicy").equals("Exact")) {
            return null;
        }
        for (Resource other : catalog.all()) {
            if (other.is(attributes.resource().storage()) && rulesFit(attributes, other)) {
                return other;
            }
        }
        return null;
    }

    private boolean rulesFit(Attributes attributes, Resource resource) {
        for (ObjectNode rule : Json.objects(json, "rules")) {
            String scope = Json.string(rule, "scope");
            boolean scopeFits = scope.isEmpty()
                    || scope.equals("*")
                    || scope.equals("Namespaced")
                            == (resource.namespaced() && !attributes.namespace().isEmpty());
            if (scopeFits
                    && has(rule, "operations", attributes.operation().name())
                    && has(rule, "apiGroups", resource.group())
                    && has(rule, "apiVersions", resource.version().version())
                    && resourceFits(Json.strings(rule, "resources"), resource.plural(), attributes.subresource())) {
                return true;
            }
        }
        return false;
    }

    private static boolean has(ObjectNode rule, String list, String value) {
        List<String> values = Json.strings(rule, list);
        return values.contains("*") || values.contains(value);
    }

    static boolean resourceFits(List<String> patterns, String plural, String subresource) {
        for (String pattern : patterns) {
            int slash = pattern.indexOf('/');
            String resource = slash < 0 ? pattern : pattern.substring(0, slash);
            String sub = slash < 0 ? "" : pattern.substring(slash + 1);
            if ((resource.equals("*") || resource.equals(plural)) && (sub.equals("*") || sub.equals(subresource))) {
                return true;
            }
        }
        return false;
    }

    private boolean namespaceFits(Attributes attributes, Store store) {
        JsonNode selector = json.path("namespaceSelector");
        if (selector.isEmpty()) {
            return true;
        }
        if (attributes.resource().is("namespaces")) {
            ObjectNode namespace = attributes.object() != null ? attributes.object() : attributes.old();
            return namespace == null || LabelSelector.of(selector).matches(namespace);
        }
        if (attributes.namespace().isEmpty()) {
            return true;
        }
        Stored namespace = store.get(new Key("namespaces", "", attributes.namespace()));
        return namespace != null && LabelSelector.of(selector).matches(namespace.object());
    }

    private boolean objectFits(Attributes attributes) {
        JsonNode selector = json.path("objectSelector");
        if (selector.isEmpty()) {
            return true;
        }
        LabelSelector labels = LabelSelector.of(selector);
        return (attributes.object() != null && labels.matches(attributes.object()))
                || (attributes.old() != null && labels.matches(attributes.old()));
    }
}
