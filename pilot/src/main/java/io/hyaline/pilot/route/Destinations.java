package io.hyaline.pilot.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.hyaline.model.Service;
import io.hyaline.model.route.Destination;
import io.hyaline.pilot.wire.Names;
import java.util.List;
import java.util.Map;

/** What a route has to know of the hosts to which it sends. */
public record Destinations(Map<String, Service> byHost, HashPolicies hashing) {
    /** How requests to a destination are hashed, if its DestinationRule says so. */
    @FunctionalInterface
    public interface HashPolicies {
        List<RouteAction.HashPolicy> of(Destination destination, int port);
    }

    /** A host that nobody knows gets its name as well: requests to it are answered with 503. */
    public String cluster(Destination destination, int listenerPort) {
        return Names.outboundCluster(port(destination, listenerPort), destination.subset(), destination.host());
    }

    /** A destination without port means its Service's only one, else the port at which the request came. */
    public int port(Destination destination, int listenerPort) {
        if (destination.port() != 0) {
            return destination.port();
        }
        Service service = byHost.get(destination.host());
        return service != null && service.ports().size() == 1
                ? service.ports().getFirst().port()
                : listenerPort;
    }

    List<RouteAction.HashPolicy> hashPolicies(Destination destination, int listenerPort) {
        return hashing.of(destination, port(destination, listenerPort));
    }
}
