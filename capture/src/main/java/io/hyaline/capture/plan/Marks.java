package io.hyaline.capture.plan;

/**
 * How the kernel tells a proxy's packets apart.
 *
 * @param transparent on sockets from proxy to application that carry the client's address; brings the replies back
 * @param table the routing table that delivers packets with that mark locally
 * @param outbound on every other client socket of a proxy
 */
public record Marks(int transparent, int table, int outbound) {

    public static final int OUTBOUND = 1338;
    public static final Marks DEFAULT = new Marks(1337, 133, OUTBOUND);
}
