package io.hyaline.pilot.wire;

import java.util.List;
import java.util.regex.Pattern;

/** The names that proxies, logs and EnvoyFilters know things by. */
public final class Names {
    public static final String VIRTUAL_INBOUND = "virtualInbound";
    public static final String VIRTUAL_OUTBOUND = "virtualOutbound";
    public static final String PASSTHROUGH_CLUSTER = "PassthroughCluster";
    public static final String BLACK_HOLE_CLUSTER = "BlackHoleCluster";
    public static final String INBOUND_PASSTHROUGH_CLUSTER = "InboundPassthroughCluster";
    public static final int INBOUND_PORT = 15006;
    public static final int OUTBOUND_PORT = 15001;

    private static final List<Pattern> SEPARATORS = List.of(Pattern.compile("\\|"), Pattern.compile("_\\."));

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

    /** Of an outbound cluster, in either form of the name; empty for every other cluster. */
    public static String hostOf(String cluster) {
        for (Pattern separator : SEPARATORS) {
            String[] parts = separator.split(cluster, 4);
            if (parts.length == 4 && parts[0].equals("outbound")) {
                return parts[3];
            }
        }
        return "";
    }

    public static String bracketed(String address) {
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
