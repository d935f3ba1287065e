package io.hyaline.model.envoyfilter;

import java.util.List;

/** Which listeners, chains and filters; an empty string, an empty list and 0 match everything. */
public record ListenerMatch(String name, int portNumber, String listenerFilter, Chain chain) {
    public static final ListenerMatch ANY = new ListenerMatch("", 0, "", Chain.ANY);

    /** {@code filter} names a network filter, {@code subFilter} an HTTP filter inside a connection manager. */
    public record Chain(
            String name,
            String sni,
            String transportProtocol,
            List<String> applicationProtocols,
            int destinationPort,
            String filter,
            String subFilter) {
        public static final Chain ANY = new Chain("", "", "", List.of(), 0, "", "");

        public Chain {
            applicationProtocols = List.copyOf(applicationProtocols);
        }
    }
}
