package io.hyaline.pilot.route;

import io.envoyproxy.envoy.config.route.v3.RouteAction;
import io.hyaline.model.Protocol;
import io.hyaline.model.Service;
import io.hyaline.model.policy.TrafficPolicy;
import io.hyaline.model.policy.TrafficPolicy.ClientTls;
import io.hyaline.model.route.Destination;
import io.hyaline.pilot.policy.HashPolicies;
import io.hyaline.pilot.policy.Rules;
import io.hyaline.pilot.wire.Names;
import java.util.List;
import java.util.Map;

/** What a route has to know of the hosts to which it sends. */
public record Destinations(Map<String, Service> byHost, Rules rules) {
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

    /** Whether the destination's proxy would take requests for bytes, unless they announce themselves: {@link Announcement}. */
    public boolean wantAnnouncement(Destination destination, int listenerPort) {
        Service service = byHost.get(destination.host());
        int number = port(destination, listenerPort);
        boolean unnamed = service != null
                && service.ports().stream().anyMatch(p -> p.port() == number && p.protocol() == Protocol.AUTO);
        ClientTls tls = policy(destination, listenerPort).tls();
        return unnamed && (tls == null || tls.mode() == ClientTls.Mode.ISTIO_MUTUAL);
    }

    /** What the destination's DestinationRule says. */
    public TrafficPolicy policy(Destination destination, int listenerPort) {
        Service service = byHost.get(destination.host());
        return service == null
                ? TrafficPolicy.NONE
                : rules.policy(service, port(destination, listenerPort), destination.subset());
    }

    /** How requests to a destination are hashed. */
    public List<RouteAction.HashPolicy> hashPolicies(Destination destination, int listenerPort) {
        return HashPolicies.ofRequests(policy(destination, listenerPort));
    }
}
