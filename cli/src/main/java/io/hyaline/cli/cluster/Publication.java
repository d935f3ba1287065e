package io.hyaline.cli.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of the host that leads to a port of the gateway's load-balancer address.
 *
 * @param host where the host listens
 * @param port of the load-balancer address
 */
public record Publication(InetSocketAddress host, int port) {

    private static final Pattern FORM =
            Pattern.compile("(?:(?<address>(?:\\d{1,3}\\.){3}\\d{1,3}):)?(?<host>\\d{1,5}):(?<port>\\d{1,5})");

    /** Reads {@code [ADDRESS:]HOSTPORT:PORT}; without an address the host listens on all of its own. */
    public static Publication parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not of the form [ADDRESS:]HOSTPORT:PORT, as 8080:80");
        }
        String address = form.group("address");
        InetAddress listening = InetAddress.ofLiteral(address == null ? "0.0.0.0" : address);
        return new Publication(new InetSocketAddress(listening, port(form.group("host"))), port(form.group("port")));
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + text + " is not between 1 and 65535");
        }
        return port;
    }

    @Override
    public String toString() {
        return host.getAddress().getHostAddress() + ":" + host.getPort() + ":" + port;
    }
}
