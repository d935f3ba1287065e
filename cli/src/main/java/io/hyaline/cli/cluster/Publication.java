package io.hyaline.cli.cluster;

import io.hyaline.runtime.net.Ip;
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
            Pattern.compile("(?:(?:(?<v4>(?:\\d{1,3}\\.){3}\\d{1,3})|\\[(?<v6>[0-9a-fA-F:.]+)]):)?"
                    + "(?<host>\\d{1,5}):(?<port>\\d{1,5})");

    /** Reads {@code [ADDRESS:]HOSTPORT:PORT}; without an address the host listens on all of its own. */
    public static Publication parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not of the form [ADDRESS:]HOSTPORT:PORT, as 8080:80; IPv6 is written in brackets, [::1]:8080:80");
        }
        String address = form.group("v4") == null ? form.group("v6") : form.group("v4");
        // This, as the native transport takes it, is every address of both families.
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
        InetAddress address = host.getAddress();
        String usual = Ip.of(address).address(address.getHostAddress()).orElseThrow();
        return Ip.target(usual, host.getPort()) + ":" + port;
    }
}
