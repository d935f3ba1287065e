package io.hyaline.apiserver.table;

import io.hyaline.apiserver.address.Authority;
import io.hyaline.apiserver.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** Services, endpoints, ingresses, nodes. */
final class NetworkTables {
    private static final int SHOWN = 3;

    static final Printer SERVICES = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Type"),
                    Column.of("Cluster-IP"),
                    Column.of("External-IP"),
                    Column.of("Port(s)"),
                    Column.of("Age"),
                    Column.wide("Selector")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Cells.text(object, "spec", "type"),
                    Cells.orNone(object, "spec", "clusterIP"),
                    Json.text(external(object)),
                    Json.text(Cells.orNone(ports(object))),
                    Cells.age(object, now),
                    Cells.selector(Json.at(object, "spec", "selector"))));

    static final Printer ENDPOINTS = new Printer(
            List.of(Column.of("Name"), Column.of("Endpoints"), Column.of("Age")),
            (object, now) -> List.of(Cells.name(object), Json.text(endpoints(object)), Cells.age(object, now)));

    static final Printer SLICES = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("AddressType"),
                    Column.of("Ports"),
                    Column.of("Endpoints"),
                    Column.of("Age")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Cells.text(object, "addressType"),
                    Json.text(limited(
                            Json.objects(object, "ports").stream()
                                    .map(port -> Long.toString(Json.number(port, 0, "port")))
                                    .toList(),
                            "<unset>")),
                    Json.text(limited(
                            Json.objects(object, "endpoints").stream()
                                    .flatMap(endpoint -> Json.strings(endpoint, "addresses").stream())
                                    .toList(),
                            "<unset>")),
                    Cells.age(object, now)));

    static final Printer INGRESSES = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Class"),
                    Column.of("Hosts"),
                    Column.of("Address"),
                    Column.of("Ports"),
                    Column.of("Age")),
            (object, now) -> {
                String hosts = Json.objects(object, "spec", "rules").stream()
                        .map(rule -> Json.string(rule, "host"))
                        .filter(host -> !host.isEmpty())
                        .collect(Collectors.joining(","));
                return List.of(
                        Cells.name(object),
                        Cells.orNone(object, "spec", "ingressClassName"),
                        Json.text(hosts.isEmpty() ? "*" : hosts),
                        Json.text(String.join(",", balancer(object))),
                        Json.text(Json.has(object, "spec", "tls") ? "80, 443" : "80"),
                        Cells.age(object, now));
            });

    static final Printer NODES = new Printer(
            List.of(
                    Column.of("Name"),
                    Column.of("Status"),
                    Column.of("Roles"),
                    Column.of("Age"),
                    Column.of("Version"),
                    Column.wide("Internal-IP"),
                    Column.wide("External-IP"),
                    Column.wide("OS-Image"),
                    Column.wide("Kernel-Version"),
                    Column.wide("Container-Runtime")),
            (object, now) -> List.of(
                    Cells.name(object),
                    Json.text(nodeStatus(object)),
                    Json.text(roles(object)),
                    Cells.age(object, now),
                    Cells.text(object, "status", "nodeInfo", "kubeletVersion"),
                    Json.text(nodeAddress(object, "InternalIP")),
                    Json.text(nodeAddress(object, "ExternalIP")),
                    Json.text(unknown(object, "osImage")),
                    Json.text(unknown(object, "kernelVersion")),
                    Json.text(unknown(object, "containerRuntimeVersion"))));

    private NetworkTables() {}

    private static String external(ObjectNode service) {
        List<String> addresses = new ArrayList<>(balancer(service));
        addresses.addAll(Json.strings(service, "spec", "externalIPs"));
        return switch (Json.string(service, "spec", "type")) {
            case "ExternalName" -> Json.string(service, "spec", "externalName");
            case "LoadBalancer" -> addresses.isEmpty() ? "<pending>" : String.join(",", addresses);
            default -> Cells.orNone(String.join(",", Json.strings(service, "spec", "externalIPs")));
        };
    }

    private static List<String> balancer(ObjectNode object) {
        List<String> addresses = new ArrayList<>();
        for (ObjectNode one : Json.objects(object, "status", "loadBalancer", "ingress")) {
            String ip = Json.string(one, "ip");
            addresses.add(ip.isEmpty() ? Json.string(one, "hostname") : ip);
        }
        return addresses.stream().sorted().distinct().toList();
    }

    private static String ports(ObjectNode service) {
        List<String> ports = new ArrayList<>();
        for (ObjectNode port : Json.objects(service, "spec", "ports")) {
            long nodePort = Json.number(port, 0, "nodePort");
            ports.add(Json.number(port, 0, "port") + (nodePort > 0 ? ":" + nodePort : "") + "/"
                    + Json.string(port, "protocol"));
        }
        return String.join(",", ports);
    }

    private static String endpoints(ObjectNode endpoints) {
        List<String> all = new ArrayList<>();
        for (ObjectNode subset : Json.objects(endpoints, "subsets")) {
            List<ObjectNode> ports = Json.objects(subset, "ports");
            for (ObjectNode address : Json.objects(subset, "addresses")) {
                if (ports.isEmpty()) {
                    all.add(Json.string(address, "ip"));
                }
                ports.forEach(
                        port -> all.add(Authority.of(Json.string(address, "ip"), (int) Json.number(port, 0, "port"))));
            }
        }
        return limited(all, Cells.NONE);
    }

    private static String limited(List<String> texts, String none) {
        if (texts.isEmpty()) {
            return none;
        }
        String shown = texts.stream().limit(SHOWN).collect(Collectors.joining(","));
        return texts.size() <= SHOWN ? shown : shown + " + " + (texts.size() - SHOWN) + " more...";
    }

    private static String nodeStatus(ObjectNode node) {
        String status = Json.objects(node, "status", "conditions").stream()
                .filter(condition -> Json.string(condition, "type").equals("Ready"))
                .map(condition -> Json.string(condition, "status").equals("True") ? "Ready" : "NotReady")
                .findFirst()
                .orElse("Unknown");
        return Json.truth(node, "spec", "unschedulable") ? status + ",SchedulingDisabled" : status;
    }

    private static String roles(ObjectNode node) {
        String prefix = "node-role.kubernetes.io/";
        return Cells.orNone(Json.map(node, "metadata", "labels").keySet().stream()
                .filter(label -> label.startsWith(prefix))
                .map(label -> label.substring(prefix.length()))
                .sorted()
                .collect(Collectors.joining(",")));
    }

    private static String nodeAddress(ObjectNode node, String type) {
        return Cells.orNone(Json.objects(node, "status", "addresses").stream()
                .filter(address -> Json.string(address, "type").equals(type))
                .map(address -> Json.string(address, "address"))
                .findFirst()
                .orElse(""));
    }

    private static String unknown(ObjectNode node, String field) {
        String value = Json.string(node, "status", "nodeInfo", field);
        return value.isEmpty() ? "<unknown>" : value;
    }
}
