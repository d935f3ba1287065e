package io.hyaline.pilot.check;

import io.hyaline.objects.istio.SidecarSpec;
import io.hyaline.objects.istio.SidecarSpec.CaptureMode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sidecars. */
final class SidecarCheck {
    private final Faults faults;

    SidecarCheck(Faults faults) {
        this.faults = faults;
    }

    void check(SidecarSpec spec) {
        if (spec.workloadSelector() != null) {
            faults.labels("spec.workloadSelector", spec.workloadSelector().labels());
            if (spec.workloadSelector().labels().isEmpty()) {
                faults.error("spec.workloadSelector", "sidecar: workloadSelector cannot have empty labels");
            }
        }
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < spec.ingress().size(); i++) {
            SidecarSpec.Ingress ingress = spec.ingress().get(i);
            String path = "spec.ingress[" + i + "]";
            if (ingress.port() == null) {
                faults.error(path + ".port", "sidecar: port is required for ingress listeners");
            } else {
                faults.port(path + ".port.number", ingress.port().number());
                if (!ports.add(ingress.port().number())) {
                    faults.error(
                            path + ".port.number",
                            "sidecar: ports on IP bound listeners must be unique: "
                                    + ingress.port().number());
                }
            }
            notBuilt(path + ".bind", !ingress.bind().isEmpty());
            notBuilt(path + ".captureMode", captures(ingress.captureMode()));
            notBuilt(path + ".tls", ingress.tls() != null);
            notBuilt(path + ".connectionPool", ingress.connectionPool() != null);
        }
        for (int i = 0; i < spec.egress().size(); i++) {
            egress(spec.egress().get(i), "spec.egress[" + i + "]");
        }
        notBuilt("spec.inboundConnectionPool", spec.inboundConnectionPool() != null);
        notBuilt(
                "spec.outboundTrafficPolicy.egressProxy",
                spec.outboundTrafficPolicy() != null
                        && spec.outboundTrafficPolicy().egressProxy() != null);
    }

    private void egress(SidecarSpec.Egress egress, String path) {
        List<String> hosts = egress.hosts();
        if (hosts.isEmpty()) {
            faults.error(path + ".hosts", "sidecar: egress listener must contain at least one host");
        }
        for (int i = 0; i < hosts.size(); i++) {
            String text = hosts.get(i);
            int slash = text.indexOf('/');
            if (slash < 1 || slash == text.length() - 1) {
                faults.error(
                        path + ".hosts[" + i + "]",
                        "\"" + text + "\" must be of form namespace/dnsName, as ./* or */*");
            } else {
                faults.form(path + ".hosts[" + i + "]", text.substring(slash + 1), Syntax::host);
            }
        }
        notBuilt(path + ".port", egress.port() != null);
        notBuilt(path + ".bind", !egress.bind().isEmpty());
        notBuilt(path + ".captureMode", captures(egress.captureMode()));
    }

    private static boolean captures(@Nullable CaptureMode mode) {
        return mode != null && mode != CaptureMode.DEFAULT;
    }

    private void notBuilt(String path, boolean given) {
        if (given) {
            faults.error(path, "not supported; leave it out");
        }
    }
}
