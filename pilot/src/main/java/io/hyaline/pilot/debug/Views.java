package io.hyaline.pilot.debug;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Workload;
import io.hyaline.pilot.serve.Connection;
import io.hyaline.xds.server.ResourceStatus;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON views, as maps and lists. */
final class Views {
    private Views() {}

    /** One row per proxy: per type whether it has what it was sent. */
    static List<Map<String, Object>> syncz(List<Connection> connections) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Connection connection : connections) {
            Connection.State state = connection.state();
            ProxyNode node = connection.node();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put(
                    "proxy",
                    node == null ? "" : node.pod().name() + "." + node.pod().namespace());
            row.put("proxy_id", state.id());
            row.put("istio_version", node == null ? "" : node.version());
            row.put("snapshot", state.snapshot());
            for (ServedType type : ServedType.values()) {
                row.put(type.name().toLowerCase(java.util.Locale.ROOT), sync(state, type));
            }
            rows.add(row);
        }
        return rows;
    }

    private static String sync(Connection.State state, ServedType type) {
        List<ResourceStatus> ofType =
                state.resources().stream().filter(r -> r.type() == type).toList();
        if (ofType.isEmpty()) {
            return "NOT SENT";
        }
        if (ofType.stream().anyMatch(r -> r.state() == ResourceStatus.State.NACKED)) {
            return "REFUSED";
        }
        return ofType.stream().allMatch(r -> r.state() == ResourceStatus.State.ACKED) ? "SYNCED" : "STALE";
    }

    static List<Map<String, Object>> adsz(List<Connection> connections) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Connection connection : connections) {
            Connection.State state = connection.state();
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("proxy_id", state.id());
            row.put("since", state.since().toString());
            row.put("caller", state.caller());
            row.put("snapshot", state.snapshot());
            row.put("problems", state.problems().stream().map(Views::problem).toList());
            row.put("resources", state.resources().stream().map(Views::resource).toList());
            rows.add(row);
        }
        return rows;
    }

    static List<Map<String, Object>> endpointz(MeshSnapshot mesh) {
        List<Map<String, Object>> rows = new ArrayList<>();
        mesh.services().forEach((key, service) -> {
            List<Map<String, Object>> endpoints = new ArrayList<>();
            mesh.endpoints().getOrDefault(key, List.of()).forEach(e -> {
                Workload workload = mesh.workloadOf(e);
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("port", e.portName());
                row.put("address", e.address() + ":" + e.port());
                row.put("ready", e.ready());
                row.put("pod", workload == null ? "" : workload.key().toString());
                row.put("service_account", workload == null ? "" : workload.serviceAccount());
                row.put("tls_mode", workload != null && workload.speaksMeshTls() ? "istio" : "disabled");
                endpoints.add(row);
            });
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("service", service.host());
            row.put("addresses", service.addresses());
            row.put(
                    "ports",
                    service.ports().stream()
                            .map(p -> p.port() + "/" + p.protocol())
                            .toList());
            row.put("endpoints", endpoints);
            rows.add(row);
        });
        return rows;
    }

    static Map<String, Object> configz(MeshSnapshot mesh) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("snapshot", mesh.version());
        all.put("mesh", String.valueOf(mesh.mesh()));
        all.put(
                "peer_authentications",
                mesh.peerAuthentications().stream()
                        .map(p -> row(p.key(), p.mode() + " " + p.selector() + " " + p.portModes()))
                        .toList());
        all.put(
                "envoy_filters",
                mesh.envoyFilters().stream()
                        .map(f -> row(
                                f.key(),
                                "priority " + f.priority() + ", " + f.patches().size() + " patches"))
                        .toList());
        all.put(
                "sidecars",
                mesh.sidecars().stream()
                        .map(s -> row(s.key(), "egress " + s.egressHosts() + ", ingress " + s.ingress()))
                        .toList());
        all.put(
                "gateways",
                mesh.traffic().gateways().stream()
                        .map(g -> row(g.key(), "selector " + g.selector() + ", servers " + g.servers()))
                        .toList());
        all.put(
                "virtual_services",
                mesh.traffic().virtualServices().stream()
                        .map(v -> row(v.key(), "hosts " + v.hosts() + ", gateways " + v.gateways()))
                        .toList());
        all.put(
                "credentials",
                mesh.traffic().credentials().values().stream()
                        .sorted(java.util.Comparator.comparing(io.hyaline.model.Credential::key))
                        .map(c -> row(c.key(), c.complaint().isEmpty() ? "in order" : c.complaint()))
                        .toList());
        all.put("problems", mesh.problems().stream().map(Views::problem).toList());
        return all;
    }

    private static Map<String, Object> row(ObjectKey key, String text) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("name", key.toString());
        row.put("spec", text);
        return row;
    }

    private static Map<String, Object> resource(ResourceStatus status) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("type", status.type().name());
        row.put("name", status.name());
        row.put("version", status.version());
        row.put("state", status.state().name());
        if (!status.error().isEmpty()) {
            row.put("error", status.error());
        }
        return row;
    }

    private static Map<String, Object> problem(Problem problem) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("kind", problem.kind());
        row.put("name", problem.key().toString());
        row.put("reason", problem.reason());
        return row;
    }
}
