package io.hyaline.pilot.wire;

/** The names that proxies, logs and EnvoyFilters know things by. */
public final class Names {
    public static final String VIRTUAL_INBOUND = "virtualInbound";
    public static final String VIRTUAL_OUTBOUND = "virtualOutbound";
    public static final String PASSTHROUGH_CLUSTER = "PassthroughCluster";
    public static final String BLACK_HOLE_CLUSTER = "BlackHoleCluster";
    public static final String INBOUND_PASSTHROUGH_CLUSTER = "InboundPassthroughCluster";
    public static final int INBOUND_PORT = 15006;
    public static final int OUTBOUND_PORT = 15001;

    private Names() {}

    public static String outboundCluster(int port, String subset, String host) {
        return "outbound|" + port + "|" + subset + "|" + host;
    }

    public static String inboundCluster(int targetPort) {
        return "inbound|" + targetPort + "||";
    }

    /** The server name of mesh TLS; it has underscores, which DNS would not allow. */
    public static String sni(int port, String subset, String host) {
        return "outbound_." + port + "_." + subset + "_." + host;
    }

    public static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
