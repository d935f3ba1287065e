package io.hyaline.apiserver.address;

/** A kind of IP addresses, by the name that Kubernetes gives it. */
public enum Family {
    IPV4("IPv4", 32),
    IPV6("IPv6", 128);

    private final String name;
    private final int bits;

    Family(String name, int bits) {
        this.name = name;
        this.bits = bits;
    }

    /** Of an address. */
    int bits() {
        return bits;
    }

    @Override
    public String toString() {
        return name;
    }
}
