package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Kinds with few rules. */
final class OtherRules {
    private static final int MAX_DATA = 1 << 20;

    private OtherRules() {}

    static void data(ObjectNode object, boolean secret, Findings findings) {
        long size = 0;
        for (String list : List.of("data", "binaryData")) {
            for (Map.Entry<String, String> entry : Json.map(object, list).entrySet()) {
                findings.form(entry.getKey(), list + "[" + entry.getKey() + "]", Syntax::configKey);
                size += entry.getValue().length();
                if (secret || list.equals("binaryData")) {
                    base64(entry.getValue(), list + "[" + entry.getKey() + "]", findings);
                }
            }
        }
        if (size > MAX_DATA * (secret ? 4L / 3 + 1 : 1)) {
            findings.add(FieldError.tooLong("", MAX_DATA));
        }
    }

    private static void base64(String value, String path, Findings findings) {
        try {
            Base64.getMimeDecoder().decode(value);
            if (!value.replaceAll("[A-Za-z0-9+/=\\s]", "").isEmpty()) {
                throw new IllegalArgumentException("illegal base64 data");
            }
        } catch (IllegalArgumentException e) {
            findings.add(FieldError.invalid(path, "<value>", "illegal base64 data; use stringData for plain text"));
        }
    }

    static void dataUpdated(ObjectNode object, ObjectNode old, Findings findings) {
        if (Json.truth(old, "immutable")) {
            for (String field : List.of("data", "binaryData", "immutable")) {
                if (!object.path(field).equals(old.path(field))) {
                    findings.add(FieldError.forbidden(field, "field is immutable when `immutable` is set"));
                }
            }
        }
        if (old.has("type")) {
            findings.immutable(object.path("type"), old.path("type"), "type");
        }
    }

    static void webhooks(ObjectNode configuration, Findings findings) {
        List<ObjectNode> webhooks = Json.objects(configuration, "webhooks");
        findings.unique(webhooks, "name", "webhooks");
        for (int i = 0; i < webhooks.size(); i++) {
            ObjectNode webhook = webhooks.get(i);
            String path = "webhooks[" + i + "]";
            findings.text(webhook, "name", path, Syntax::subdomain);
            findings.oneOf(webhook, "failurePolicy", path, "Fail", "Ignore");
            findings.oneOf(webhook, "sideEffects", path, "None", "NoneOnDryRun");
            if (!Json.strings(webhook, "admissionReviewVersions").contains("v1")) {
                findings.add(FieldError.invalid(
                        path + ".admissionReviewVersions",
                        webhook.path("admissionReviewVersions"),
                        "must include at least one of v1"));
            }
            long seconds = Json.number(webhook, 10, "timeoutSeconds");
            if (seconds < 1 || seconds > 30) {
                findings.add(FieldError.invalid(
                        path + ".timeoutSeconds",
                        Json.number(seconds),
                        "the timeout value must be between 1 and 30 seconds"));
            }
            if (!webhook.path("matchConditions").isEmpty()) {
                findings.add(FieldError.forbidden(
                        path + ".matchConditions", "match conditions (CEL) are not supported here"));
            }
            client(webhook.path("clientConfig"), path + ".clientConfig", findings);
        }
    }

    private static void client(JsonNode config, String path, Findings findings) {
        String url = Json.string(config, "url");
        if (url.isEmpty() == !config.path("service").isObject()) {
            findings.add(FieldError.required(path, "exactly one of url or service is required"));
        } else if (!url.isEmpty() && !url.startsWith("https://")) {
            findings.add(FieldError.invalid(path + ".url", url, "'https' is the only allowed URL scheme"));
        } else if (url.isEmpty()) {
            findings.text(config.path("service"), "name", path + ".service", _ -> null);
            findings.text(config.path("service"), "namespace", path + ".service", _ -> null);
        }
    }
}
