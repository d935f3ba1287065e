package io.hyaline.apiserver.address;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CIDR.
 *
 * @param network its first address, with no bit set behind the prefix
 * @param prefixBits 0 to 32 or 128
 */
public record Range(Ip network, int prefixBits) {
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");

    /** The range that a text is, or null. Bits behind the prefix are left out, as Kubernetes does. */
    public static @Nullable Range parse(String text) {
        int slash = text.indexOf('/');
        Ip address = slash < 0 ? null : Ip.parse(text.substring(0, slash));
        String bits = text.substring(slash + 1);
        if (address == null || !BITS.matcher(bits).matches()) {
            return null;
        }
        // An IPv4 address in IPv6 notation has the prefix of the notation: its last 32 bits are the address.
        int notation = text.contains(":") ? Family.IPV6.bits() : Family.IPV4.bits();
        int prefix = Integer.parseInt(bits);
        if (prefix > notation) {
            return null;
        }
        int own = Math.max(0, prefix - (notation - address.family().bits()));
        int free = address.family().bits() - own;
        return new Range(
                new Ip(address.family(), address.number().shiftRight(free).shiftLeft(free)), own);
    }

    public Family family() {
        return network.family();
    }

    public boolean contains(Ip address) {
        int free = family().bits() - prefixBits;
        return address.family() == family()
                && address.number().shiftRight(free).equals(network.number().shiftRight(free));
    }

    /** How many addresses it has. */
    public BigInteger size() {
        return BigInteger.ONE.shiftLeft(family().bits() - prefixBits);
    }

    /** The address so many places behind the network's own. */
    public Ip at(long offset) {
        return network.plus(offset);
    }

    @Override
    public String toString() {
        return network + "/" + prefixBits;
    }
}
