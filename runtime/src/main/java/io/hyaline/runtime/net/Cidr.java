package io.hyaline.runtime.net;

import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A range of addresses of one family, such as {@code 172.20.0.0/16}.
 *
 * @param network its first address as a number; bits beyond the prefix are dropped
 */
public record Cidr(Ip family, BigInteger network, int prefixBits) {

    private static final String FORM = " is not a range: write address/prefix, 10.0.0.0/24 or fd00:10::/64";

    public Cidr {
        if (prefixBits < 0 || prefixBits > family.bits()) {
            throw new IllegalArgumentException(
                    "prefix length " + prefixBits + " is not between 0 and " + family.bits());
        }
        network = prefix(network, family.bits() - prefixBits);
    }

    /** Parses {@code address/n}. */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        Ip family = slash < 0 ? null : Ip.of(text.substring(0, slash)).orElse(null);
        if (family == null || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
            throw new IllegalArgumentException("'" + text + "'" + FORM);
        }
        return new Cidr(family, number(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    /** How many addresses it has, those that mean something else among them; no more than fit into an int. */
    public int size() {
        int host = family.bits() - prefixBits;
        return host >= Integer.SIZE - 1 ? Integer.MAX_VALUE : 1 << host;
    }

    /** The address {@code offset} places into the range, as text. */
    public String address(int offset) {
        if (offset < 0 || offset >= size()) {
            throw new IllegalArgumentException("no address number " + offset + " in " + this);
        }
        return text(network.add(BigInteger.valueOf(offset)));
    }

    /** The address with its prefix length, as {@code ip addr add} wants it. */
    public String addressWithPrefix(int offset) {
        return address(offset) + "/" + prefixBits;
    }

    /** The {@code index}-th part of {@code bits} prefix length. */
    public Cidr part(int index, int bits) {
        BigInteger first = network.add(BigInteger.valueOf(index).shiftLeft(family.bits() - bits));
        Cidr part = new Cidr(family, first, bits);
        if (bits < prefixBits || !overlaps(part)) {
            throw new IllegalArgumentException("no part number " + index + " of /" + bits + " in " + this);
        }
        return part;
    }

    /** Whether it has an address of the same family. */
    public boolean contains(String address) {
        return family.parse(address).isPresent()
                && prefix(number(address), family.bits() - prefixBits).equals(network);
    }

    /** Whether an address is in both; those of two families have none in common. */
    public boolean overlaps(Cidr other) {
        int host = family.bits() - Math.min(prefixBits, other.prefixBits);
        return family == other.family && prefix(network, host).equals(prefix(other.network, host));
    }

    private static BigInteger prefix(BigInteger address, int hostBits) {
        return address.shiftRight(hostBits).shiftLeft(hostBits);
    }

    private static BigInteger number(String address) {
        return new BigInteger(1, InetAddress.ofLiteral(address).getAddress());
    }

    private String text(BigInteger address) {
        byte[] digits = address.toByteArray();
        byte[] bytes = new byte[family.bits() / 8];
        int from = Math.max(0, digits.length - bytes.length);
        System.arraycopy(digits, from, bytes, bytes.length - (digits.length - from), digits.length - from);
        return Ip.text(bytes);
    }

    @Override
    public String toString() {
        return text(network) + "/" + prefixBits;
    }
}
