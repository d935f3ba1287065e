package io.hyaline.model;

import io.hyaline.model.gateway.Server;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A Gateway object: servers that the gateway pods which it selects shall have. */
public record Gateway(ObjectKey key, Instant created, Map<String, String> selector, List<Server> servers) {
    public Gateway {
        selector = Map.copyOf(selector);
        servers = List.copyOf(servers);
    }

    public boolean selects(Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }

    /** Whether one of its servers takes its certificate from a secret of that name. */
    public boolean uses(String secret) {
        return servers.stream()
                .anyMatch(s -> s.tls() != null && s.tls().credentials().contains(secret));
    }
}
