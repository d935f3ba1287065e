package io.hyaline.model;

import java.util.List;
import java.util.Map;

/** What people say of traffic; each list oldest first, since among equals the oldest counts. */
public record TrafficConfig(
        List<Gateway> gateways,
        List<VirtualService> virtualServices,
        List<DestinationRule> destinationRules,
        Map<ObjectKey, Credential> credentials) {
    public static final TrafficConfig NONE = new TrafficConfig(List.of(), List.of(), List.of(), Map.of());
}
