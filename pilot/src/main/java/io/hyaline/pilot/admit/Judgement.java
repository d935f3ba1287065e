package io.hyaline.pilot.admit;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Secret;
import io.hyaline.model.Credential;
import io.hyaline.model.Gateway;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.TrafficConfig;
import io.hyaline.pilot.analyze.Analysis;
import io.hyaline.pilot.analyze.Finding;
import io.hyaline.pilot.check.Checks;
import io.hyaline.pilot.check.Fault;
import io.hyaline.pilot.read.DestinationRuleReader;
import io.hyaline.pilot.read.GatewayReader;
import io.hyaline.pilot.read.SecretReader;
import io.hyaline.pilot.read.VirtualServiceReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is said of one object: it is refused if it cannot be used, and taken with warnings if others of which it speaks
 * are not there, since people apply objects in any order.
 *
 * @param refusal empty when the object is taken
 * @param dependent whether some warning may be gone when other objects have arrived
 */
record Judgement(String refusal, List<String> warnings, boolean dependent) {
    static final Judgement FINE = new Judgement("", List.of(), false);

    static Judgement of(MeshSnapshot mesh, GenericKubernetesResource object, String clusterDomain) {
        List<Fault> faults = Checks.of(object);
        List<String> errors =
                faults.stream().filter(Fault::isError).map(Fault::text).toList();
        List<String> warnings = new ArrayList<>(
                faults.stream().filter(f -> !f.isError()).map(Fault::text).toList());
        if (!errors.isEmpty()) {
            return new Judgement(refusal(errors), warnings, false);
        }
        List<Finding> findings = findings(mesh, object, clusterDomain);
        findings.forEach(finding -> warnings.add(finding.text()));
        return new Judgement("", warnings, !findings.isEmpty());
    }

    /** A secret is not the mesh's alone: it is never refused. */
    static Judgement of(Secret secret, Instant now) {
        try {
            Credential credential = SecretReader.read(secret, now);
            return credential == null || credential.complaint().isEmpty()
                    ? FINE
                    : new Judgement("", List.of(credential.complaint()), false);
        } catch (IllegalArgumentException e) {
            return new Judgement("", List.of("gateways cannot use this secret: " + e.getMessage()), false);
        }
    }

    private static String refusal(List<String> errors) {
        return errors.size() == 1
                ? "configuration is invalid: " + errors.getFirst()
                : errors.stream()
                        .map(error -> "\n\t* " + error)
                        .collect(Collectors.joining(
                                "", "configuration is invalid: " + errors.size() + " errors occurred:", "\n"));
    }

    private static List<Finding> findings(MeshSnapshot mesh, GenericKubernetesResource object, String clusterDomain) {
        if (mesh.version() == 0) {
            return List.of(); // nothing has been read yet, so nothing is known to be missing
        }
        return switch (object.getKind()) {
            case "Gateway" -> {
                Gateway gateway = GatewayReader.read(object);
                yield Analysis.of(with(mesh, gateway), gateway);
            }
            case "VirtualService" -> Analysis.of(mesh, VirtualServiceReader.read(object, clusterDomain));
            case "DestinationRule" -> Analysis.of(mesh, DestinationRuleReader.read(object, clusterDomain));
            default -> List.of();
        };
    }

    /** Youngest when it is new; where it stood when it was there before. */
    private static MeshSnapshot with(MeshSnapshot mesh, Gateway gateway) {
        List<Gateway> gateways = new ArrayList<>(mesh.traffic().gateways());
        gateways.replaceAll(g -> g.key().equals(gateway.key()) ? gateway : g);
        if (!gateways.contains(gateway)) {
            gateways.add(gateway);
        }
        TrafficConfig traffic = mesh.traffic();
        return mesh.withTraffic(new TrafficConfig(
                gateways, traffic.virtualServices(), traffic.destinationRules(), traffic.credentials()));
    }
}
