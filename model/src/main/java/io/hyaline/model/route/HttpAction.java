package io.hyaline.model.route;

import java.util.List;

/** What becomes of a request. */
public sealed interface HttpAction {
    record Forward(List<WeightedDestination> destinations) implements HttpAction {
        public Forward {
            destinations = List.copyOf(destinations);
        }
    }

    /**
     * Empty parts stay as the request has them.
     *
     * @param port 0 for the scheme's own
     * @param requestPort the port at which the request arrived
     */
    record Redirect(String uri, String authority, String scheme, int port, boolean requestPort, int status)
            implements HttpAction {}

    record Answer(int status, String body) implements HttpAction {}

    /** The routes of another VirtualService stand in this one's place. */
    record Delegate(String namespace, String name) implements HttpAction {}
}
