package io.hyaline.apiserver.address;

/** Host and port in one text. */
public final class Authority {
    private Authority() {}

    /** As in a URL: an IPv6 address stands in brackets, in its canonical form. */
    public static String of(String host, int port) {
        Ip address = Ip.parse(host);
        boolean brackets = address != null && address.family() == Family.IPV6;
        return (brackets ? "[" + address + "]" : host) + ":" + port;
    }
}
