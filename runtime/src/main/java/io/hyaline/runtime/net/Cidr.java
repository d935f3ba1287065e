package io.hyaline.runtime.net;

/** A range of IPv4 addresses, such as {@code 172.20.0.0/16}. */
public record Cidr(int network, int prefixBits) {

    public Cidr {
        if (prefixBits < 0 || prefixBits > 32) {
            throw new IllegalArgumentException("prefix length " + prefixBits + " is not between 0 and 32");
        }
        network &= mask(prefixBits);
    }

    /** Parses {@code a.b.c.d/n}. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("'" + text + "' is not a range: write address/prefix, 10.0.0.0/24");
        }
        try {
            return new Cidr(addressBits(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a range: write address/prefix, 10.0.0.0/24", e);
        }
    }

    /** The address {@code offset} places into the range, as text. */
    public String address(int offset) {
        if (prefixBits > 0 && (offset < 0 || offset >= 1L << (32 - prefixBits))) {
            throw new IllegalArgumentException("no address number " + offset + " in " + this);
        }
        return dotted(network + offset);
    }

    /** The address with its prefix length, as {@code ip addr add} wants it. */
    public String addressWithPrefix(int offset) {
        return address(offset) + "/" + prefixBits;
    }

    /** The {@code index}-th part of {@code bits} prefix length. */
    public Cidr part(int index, int bits) {
        Cidr part = new Cidr(network + (index << (32 - bits)), bits);
        if (!contains(dotted(part.network))) {
            throw new IllegalArgumentException("no part number " + index + " of /" + bits + " in " + this);
        }
        return part;
    }

    public boolean contains(String address) {
        return (addressBits(address) & mask(prefixBits)) == network;
    }

    public boolean overlaps(Cidr other) {
        int shorter = mask(Math.min(prefixBits, other.prefixBits));
        return (network & shorter) == (other.network & shorter);
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (32 - bits);
    }

    private static int addressBits(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
        }
        int bits = 0;
        for (String part : parts) {
            int octet = Integer.parseInt(part);
            if (octet < 0 || octet > 255) {
                throw new IllegalArgumentException("'" + text + "' is not an IPv4 address");
            }
            bits = bits << 8 | octet;
        }
        return bits;
    }

    private static String dotted(int bits) {
        return (bits >>> 24) + "." + (bits >>> 16 & 255) + "." + (bits >>> 8 & 255) + "." + (bits & 255);
    }

    @Override
    public String toString() {
        return dotted(network) + "/" + prefixBits;
    }
}
