package io.hyaline.pilot.check;

import io.hyaline.objects.istio.PeerAuthenticationSpec;
import java.util.Map;

/** PeerAuthentications. */
final class PeerAuthenticationCheck {
    private static final int HIGHEST_PORT = 65_535;

    private final Faults faults;

    PeerAuthenticationCheck(Faults faults) {
        this.faults = faults;
    }

    void check(PeerAuthenticationSpec spec) {
        Map<String, String> selector =
                spec.selector() == null ? Map.of() : spec.selector().matchLabels();
        faults.labels("spec.selector.matchLabels", selector);
        if (!spec.portLevelMtls().isEmpty() && selector.isEmpty()) {
            faults.error(
                    "spec.portLevelMtls",
                    "mesh and namespace wide authentication policy cannot have port-level mtls:"
                            + " ports are those of single workloads; add a selector");
        }
        for (String port : spec.portLevelMtls().keySet()) {
            boolean good =
                    port.matches("\\d{1,5}") && Integer.parseInt(port) >= 1 && Integer.parseInt(port) <= HIGHEST_PORT;
            if (!good) {
                faults.error("spec.portLevelMtls." + port, "port number " + port + " must be in the range 1..65535");
            }
        }
        if (spec.portLevelMtls().isEmpty() && spec.mtls() == null) {
            faults.warn("spec", "neither mtls nor portLevelMtls: it says nothing, and what is above it holds");
        }
    }
}
