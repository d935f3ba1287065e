package io.hyaline.pilot.simulate;

import java.util.List;

/**
 * A connection and, if it is HTTP, its request.
 *
 * @param alpn what a ClientHello offers; empty without TLS
 */
public record Call(String address, int port, Wire wire, String sni, List<String> alpn, boolean http, String authority) {
    public enum Wire {
        PLAINTEXT,
        TLS
    }

    public static Call http(String address, int port, String authority) {
        return new Call(address, port, Wire.PLAINTEXT, "", List.of(), true, authority);
    }

    public static Call tcp(String address, int port) {
        return new Call(address, port, Wire.PLAINTEXT, "", List.of(), false, "");
    }

    public Call inTls(String serverName, String... offered) {
        return new Call(address, port, Wire.TLS, serverName, List.of(offered), http, authority);
    }
}
