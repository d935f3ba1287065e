package io.hyaline.capture.plan;

import java.util.List;

/**
 * Network interfaces with a treatment of their own, as nftables writes their names.
 *
 * @param asOutbound what arrives there (from a virtual machine in the pod) is treated as outbound
 * @param untouched neither direction is captured
 */
public record InterfaceRules(List<String> asOutbound, List<String> untouched) {

    public static final InterfaceRules NONE = new InterfaceRules(List.of(), List.of());

    public InterfaceRules {
        asOutbound = List.copyOf(asOutbound);
        untouched = List.copyOf(untouched);
    }
}
