package io.hyaline.apiserver;

import java.net.InetAddress;

/** The range of ClusterIPs. */
final class ServiceRange {
    private ServiceRange() {}

    /** The first usable address of a range, which is that of the Service default/kubernetes. */
    static String first(String cidr) {
        byte[] address =
                InetAddress.ofLiteral(cidr.substring(0, cidr.indexOf('/'))).getAddress();
        address[address.length - 1]++;
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException("service range " + cidr, e);
        }
    }
}
