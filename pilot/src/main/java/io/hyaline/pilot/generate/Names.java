package io.hyaline.pilot.generate;

/** The names that proxies, logs and EnvoyFilters know things by. */
public final class Names {
    public static final String VIRTUAL_INBOUND = "virtualInbound";
    public static final String VIRTUAL_OUTBOUND = "virtualOutbound";
    static final String PASSTHROUGH_CLUSTER = "PassthroughCluster";
    static final String BLACK_HOLE_CLUSTER = "BlackHoleCluster";
    static final String INBOUND_PASSTHROUGH_CLUSTER = "InboundPassthroughCluster";
    static final int INBOUND_PORT = 15006;
    static final int OUTBOUND_PORT = 15001;

    private Names() {}

    static String outboundCluster(int port, String subset, String host) {
        return "outbound|" + port + "|" + subset + "|" + host;
    }

    static String inboundCluster(int targetPort) {
        return "inbound|" + targetPort + "||";
    }

    /** The server name of mesh TLS; it has underscores, which DNS would not allow. */
    static String sni(int port, String subset, String host) {
        return "outbound_." + port + "_." + subset + "_." + host;
    }

    static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
