package io.hyaline.runtime.nft;

/** Bits of packet marks. A mark ends where the packet leaves its network namespace. */
public final class Marks {

    /** On a node: goes back through the load balancer, whatever its address says. */
    public static final String BY_BALANCER = "0x2000";

    /** On a node: leaves with the node's own address. */
    public static final String SNAT = "0x4000";

    /** On a node: has nowhere to go, and is refused. */
    public static final String REFUSED = "0x8000";

    /** At the load balancer: belongs to a relay's own socket, whatever its address says. It is also the number of a routing table. */
    public static final int RELAYED = 0x80;

    private static final int FIRST_NODE = 0x100;

    private Marks() {}

    /** At the load balancer: goes to node {@code number}, counted from 1. It is also the number of a routing table. */
    public static int toNode(int number) {
        return FIRST_NODE + number;
    }

    /** The statement that sets one bit. */
    public static String set(String bit) {
        return "meta mark set meta mark | " + bit;
    }

    /** The condition that one bit is set. */
    public static String isSet(String bit) {
        return "meta mark & " + bit + " == " + bit;
    }
}
