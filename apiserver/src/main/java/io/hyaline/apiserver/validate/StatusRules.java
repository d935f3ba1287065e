package io.hyaline.apiserver.validate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Addresses that agents report in a status. */
final class StatusRules {
    private StatusRules() {}

    /** At most one address of each family. */
    static void pod(ObjectNode pod, Findings findings) {
        addresses(pod, "podIPs", "PodIP", findings);
        addresses(pod, "hostIPs", "HostIP", findings);
    }

    private static void addresses(ObjectNode pod, String field, String goType, Findings findings) {
        List<String> texts = Json.objects(pod, "status", field).stream()
                .map(one -> Json.string(one, "ip"))
                .toList();
        String path = "status." + field;
        for (int i = 0; i < texts.size(); i++) {
            findings.form(texts.get(i), path + "[" + i + "]", Addresses::address);
        }
        if (texts.size() < 2) {
            return;
        }
        Set<Family> families = texts.stream()
                .map(Ip::parse)
                .filter(Objects::nonNull)
                .map(Ip::family)
                .collect(Collectors.toSet());
        if (families.size() < 2 || texts.size() > 2) {
            String type = "core." + goType;
            String list = texts.stream()
                    .map(text -> type + "{IP:" + Json.print(Json.text(text)) + "}")
                    .collect(Collectors.joining(", ", "[]" + type + "{", "}"));
            findings.add(new FieldError(
                    "FieldValueInvalid",
                    path,
                    "Invalid value: " + list + ": may specify no more than one IP for each IP family"));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < texts.size(); i++) {
            if (!seen.add(texts.get(i))) {
                findings.add(new FieldError(
                        "FieldValueDuplicate",
                        path + "[" + i + "]",
                        "Duplicate value: core." + goType + "{IP:" + Json.print(Json.text(texts.get(i))) + "}"));
            }
        }
    }

    static void service(ObjectNode service, Findings findings) {
        List<ObjectNode> ingress = Json.objects(service, "status", "loadBalancer", "ingress");
        for (int i = 0; i < ingress.size(); i++) {
            String path = "status.loadBalancer.ingress[" + i + "]";
            String ip = Json.string(ingress.get(i), "ip");
            String host = Json.string(ingress.get(i), "hostname");
            if (!ip.isEmpty()) {
                findings.form(ip, path + ".ip", Addresses::address);
            }
            if (!host.isEmpty()) {
                findings.form(host, path + ".hostname", Syntax::subdomain);
                if (Ip.parse(host) != null) {
                    findings.add(FieldError.invalid(path + ".hostname", host, "must be a DNS name, not an IP address"));
                }
            }
        }
    }
}
