package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** EndpointSlices: a slice holds addresses of one type. */
final class EndpointRules {
    private static final int MOST_ENDPOINTS = 1000;
    private static final int MOST_ADDRESSES = 100;

    private EndpointRules() {}

    static void slice(ObjectNode slice, Findings findings) {
        String type = Json.string(slice, "addressType");
        if (type.isEmpty()) {
            findings.add(FieldError.required("addressType", ""));
        } else if (!List.of("FQDN", "IPv4", "IPv6").contains(type)) {
            findings.add(FieldError.unsupported("addressType", type, "FQDN", "IPv4", "IPv6"));
        }
        List<ObjectNode> endpoints = Json.objects(slice, "endpoints");
        if (endpoints.size() > MOST_ENDPOINTS) {
            findings.add(FieldError.tooMany("endpoints", endpoints.size(), MOST_ENDPOINTS));
            return;
        }
        for (int i = 0; i < endpoints.size(); i++) {
            String path = "endpoints[" + i + "].addresses";
            List<String> addresses = Json.strings(endpoints.get(i), "addresses");
            if (addresses.isEmpty()) {
                findings.add(FieldError.required(path, "must contain at least 1 address"));
            } else if (addresses.size() > MOST_ADDRESSES) {
                findings.add(FieldError.tooMany(path, addresses.size(), MOST_ADDRESSES));
            }
            for (int j = 0; j < addresses.size(); j++) {
                address(addresses.get(j), type, path + "[" + j + "]", findings);
            }
        }
    }

    private static void address(String address, String type, String path, Findings findings) {
        for (Family family : Family.values()) {
            if (family.toString().equals(type)) {
                findings.form(address, path, text -> Addresses.address(text, family));
                // Kubernetes refuses loopback, too, where a program of this machine may well listen.
                findings.form(address, path, Addresses::special);
            }
        }
        if (type.equals("FQDN")) {
            String name = address.endsWith(".") ? address.substring(0, address.length() - 1) : address;
            findings.form(name, path, Syntax::subdomain);
        }
    }

    static void updated(ObjectNode slice, ObjectNode old, Findings findings) {
        findings.immutable(slice.path("addressType"), old.path("addressType"), "addressType");
    }
}
