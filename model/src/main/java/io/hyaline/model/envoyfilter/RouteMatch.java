package io.hyaline.model.envoyfilter;

/** Which route configurations, virtual hosts and routes; empty parts match everything. */
public record RouteMatch(String name, int portNumber, String portName, String gateway, VirtualHost virtualHost) {
    public static final RouteMatch ANY = new RouteMatch("", 0, "", "", VirtualHost.ANY);

    /** @param action ANY, ROUTE, REDIRECT or DIRECT_RESPONSE */
    public record VirtualHost(String name, String domainName, String route, String action) {
        public static final VirtualHost ANY = new VirtualHost("", "", "", "ANY");
    }
}
