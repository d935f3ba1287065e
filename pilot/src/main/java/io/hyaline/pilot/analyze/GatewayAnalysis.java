package io.hyaline.pilot.analyze;

import io.hyaline.model.Credential;
import io.hyaline.model.Gateway;
import io.hyaline.model.InterceptionMode;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.Workload;
import io.hyaline.model.gateway.Server;
import io.hyaline.model.gateway.ServerTls;
import io.hyaline.pilot.generate.GatewayPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a Gateway refers to, and with what it is in conflict. */
final class GatewayAnalysis {
    private static final String TRUSTED = "-cacert";

    private final MeshSnapshot mesh;
    private final Gateway gateway;
    private final List<Workload> pods;
    private final List<Finding> findings = new ArrayList<>();

    GatewayAnalysis(MeshSnapshot mesh, Gateway gateway) {
        this.mesh = mesh;
        this.gateway = gateway;
        this.pods = gateway.selector().isEmpty()
                ? List.of()
                : mesh.workloads().values().stream()
                        .filter(w -> gateway.selects(w.labels()))
                        .toList();
    }

    List<Finding> findings() {
        conflicts();
        if (gateway.selector().isEmpty()) {
            return findings;
        }
        if (pods.isEmpty()) {
            findings.add(Finding.notFound("selector", selector()));
            return findings;
        }
        Set<String> namespaces =
                pods.stream().map(w -> w.key().namespace()).collect(Collectors.toCollection(TreeSet::new));
        for (Server server : gateway.servers()) {
            port(server);
            ServerTls tls = server.tls();
            if (tls != null && server.endsTls()) {
                namespaces.forEach(namespace -> credentials(namespace, tls));
            }
        }
        return findings;
    }

    /** As a pod sees it; without one, as one would that has just the labels that are asked for. */
    private void conflicts() {
        Workload pod = pods.isEmpty() ? null : pods.getFirst();
        Map<String, String> labels = pod == null ? gateway.selector() : pod.labels();
        ObjectKey key = pod == null ? new ObjectKey(mesh.mesh().rootNamespace(), "") : pod.key();
        ProxyNode node = new ProxyNode(
                "", ProxyNode.Kind.GATEWAY, key, "", labels, "", InterceptionMode.NONE, List.of(), List.of(), Map.of());
        GatewayPlan.of(mesh, node).problems().stream()
                .filter(problem -> problem.key().equals(gateway.key()))
                .forEach(problem -> findings.add(new Finding(
                        Code.CONFLICTING_GATEWAYS,
                        "Conflict with gateways on the same workload (" + selector() + "): " + problem.reason()
                                + "; this server is left out")));
    }

    private void port(Server server) {
        List<Service> fronts = mesh.services().values().stream()
                .filter(s -> pods.stream().anyMatch(w -> s.selects(w.key().namespace(), w.labels())))
                .sorted(Comparator.comparing(Service::key))
                .toList();
        boolean open = fronts.stream().flatMap(s -> s.ports().stream()).anyMatch(p -> p.port() == server.port());
        if (fronts.isEmpty()) {
            findings.add(new Finding(
                    Code.GATEWAY_PORT_NOT_ON_WORKLOAD,
                    "No Service leads to port " + server.port() + " of the workload (pod selector " + selector()
                            + ")."));
        } else if (!open) {
            findings.add(new Finding(
                    Code.GATEWAY_PORT_NOT_ON_SERVICE,
                    "The gateway is listening on a port (port " + server.port()
                            + ") that is not defined in the Service associated with its workload instances (Pod selector "
                            + selector() + "); Service " + fronts.getFirst().key() + " would have to have it."));
        }
    }

    private void credentials(String namespace, ServerTls tls) {
        if (tls.mode() == ServerTls.Mode.ISTIO_MUTUAL) {
            return;
        }
        for (String name : tls.credentials()) {
            ObjectKey key = new ObjectKey(namespace, name);
            Credential known = mesh.traffic().credentials().get(key);
            if (known == null) {
                missing(key);
            } else if (!known.complaint().isEmpty()) {
                invalid(key, known.complaint());
            } else if (known.certificates().isEmpty()) {
                invalid(key, "it has no tls.crt and tls.key; the server is off");
            }
        }
        if (tls.mode().asksForCertificate() && !tls.credentials().isEmpty()) {
            ObjectKey beside = new ObjectKey(namespace, tls.credentials().getFirst());
            ObjectKey own = new ObjectKey(namespace, beside.name() + TRUSTED);
            boolean trusts = trusts(mesh.traffic().credentials().get(own))
                    || trusts(mesh.traffic().credentials().get(beside));
            if (!trusts) {
                invalid(beside, "mode " + tls.mode() + " needs ca.crt, in it or in " + own + "; the server is off");
            }
        }
    }

    private static boolean trusts(@Nullable Credential credential) {
        return credential != null && !credential.trusted().isEmpty();
    }

    private void missing(ObjectKey key) {
        mesh.problems().stream()
                .filter(problem ->
                        problem.kind().equals("Secret") && problem.key().equals(key))
                .map(Problem::reason)
                .findFirst()
                .ifPresentOrElse(
                        reason -> invalid(key, reason + "; the server is off"),
                        () -> findings.add(Finding.notFound("credentialName", key.name())));
    }

    private void invalid(ObjectKey secret, String why) {
        findings.add(new Finding(
                Code.INVALID_CREDENTIAL,
                "The credential " + secret
                        + " referenced by the Gateway is invalid, which can cause the traffic not to work"
                        + " as expected: " + why));
    }

    private String selector() {
        return gateway.selector().entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .sorted()
                .collect(Collectors.joining(","));
    }
}
