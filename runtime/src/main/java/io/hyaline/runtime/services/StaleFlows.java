package io.hyaline.runtime.services;

import io.hyaline.linux.Command;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * UDP has no end of a connection: a client that goes on sending keeps the kernel's memory of an endpoint that is gone, and
 * would never reach another.
 */
final class StaleFlows {

    private static final Logger log = LoggerFactory.getLogger(StaleFlows.class);
    private static final String UDP = "udp";

    private StaleFlows() {}

    /** UDP endpoints that served before and no longer do. */
    static Set<Endpoint> between(List<ServicePortView> before, List<ServicePortView> after) {
        Map<String, Set<Endpoint>> now = new HashMap<>();
        for (ServicePortView port : after) {
            if (port.protocol().equals(UDP)) {
                now.put(ChainNames.of(port), new HashSet<>(port.everywhere()));
            }
        }
        Set<Endpoint> gone = new HashSet<>();
        for (ServicePortView port : before) {
            if (port.protocol().equals(UDP)) {
                Set<Endpoint> left = now.getOrDefault(ChainNames.of(port), Set.of());
                port.everywhere().stream().filter(e -> !left.contains(e)).forEach(gone::add);
            }
        }
        return gone;
    }

    static void forget(NodeNet net, Set<Endpoint> gone) {
        for (Endpoint endpoint : gone) {
            String port = Integer.toString(endpoint.port());
            List<String> delete =
                    List.of("conntrack", "-D", "-p", UDP, "--reply-src", endpoint.address(), "--reply-port-src", port);
            try {
                // Exit code 1 means that nobody had talked to it.
                net.run(Command.of(delete));
            } catch (RuntimeException e) {
                log.warn("UDP clients of {}:{} may wait: {}", endpoint.address(), port, e.getMessage());
            }
        }
    }
}
