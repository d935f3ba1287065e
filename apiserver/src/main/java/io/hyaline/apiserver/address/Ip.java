package io.hyaline.apiserver.address;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An IP address. Those of IPv4 that are written as of IPv6 ({@code ::ffff:10.0.0.1}) are of IPv4, as in Kubernetes. */
public record Ip(Family family, BigInteger number) {
    /** What Kubernetes says of a text that is none. */
    public static final String COMPLAINT = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

    private static final Pattern OCTETS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final int OCTET_BITS = 8;

    /** The address that a text is, or null. Java takes more than Kubernetes does: 10.1 is none, nor is one with a zone. */
    public static @Nullable Ip parse(String text) {
        if (OCTETS.matcher(text).matches()) {
            return dotted(text);
        }
        if (!text.contains(":") || text.contains("%") || text.contains("[")) {
            return null;
        }
        try {
            return of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** Decimal with leading zeros as well, which Java calls ambiguous and Kubernetes takes. */
    private static @Nullable Ip dotted(String text) {
        long number = 0;
        for (String octet : text.split("\\.")) {
            int value = Integer.parseInt(octet);
            if (value > 255) {
                return null;
            }
            number = number << OCTET_BITS | value;
        }
        return new Ip(Family.IPV4, BigInteger.valueOf(number));
    }

    /** A zone is left out. */
    public static Ip of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new Ip(bytes.length == 4 ? Family.IPV4 : Family.IPV6, new BigInteger(1, bytes));
    }

    /** Like {@link #parse}, for a setting that a person gave; throws IllegalArgumentException that names it. */
    public static Ip setting(String name, String text) {
        Ip address = parse(text);
        if (address == null) {
            throw new IllegalArgumentException(
                    name + " '" + text + "' is no IP address: write it as 10.0.0.1 or fd00::1");
        }
        return address;
    }

    /** The address so many places further on. */
    Ip plus(long offset) {
        return new Ip(family, number.add(BigInteger.valueOf(offset)));
    }

    /** 4 or 16, in network order. */
    public byte[] bytes() {
        byte[] bytes = new byte[family.bits() / OCTET_BITS];
        byte[] magnitude = number.toByteArray();
        // The sign may take a byte of its own.
        int length = Math.min(magnitude.length, bytes.length);
        System.arraycopy(magnitude, magnitude.length - length, bytes, bytes.length - length, length);
        return bytes;
    }

    public InetAddress inet() {
        try {
            return InetAddress.getByAddress(bytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** 0.0.0.0 or ::, which stands for every address of a machine. */
    public boolean isUnspecified() {
        return number.signum() == 0;
    }

    /** As Go prints it: RFC 5952 for IPv6. */
    @Override
    public String toString() {
        return family == Family.IPV4 ? inet().getHostAddress() : groups();
    }

    private String groups() {
        List<Integer> groups = new ArrayList<>();
        byte[] bytes = bytes();
        for (int i = 0; i < bytes.length; i += 2) {
            groups.add((bytes[i] & 0xff) << OCTET_BITS | (bytes[i + 1] & 0xff));
        }
        int from = 0;
        int length = 0;
        for (int i = 0; i < groups.size(); i++) {
            int zeros = zeros(groups, i);
            if (zeros > length) {
                from = i;
                length = zeros;
            }
        }
        if (length < 2) {
            return join(groups);
        }
        return join(groups.subList(0, from)) + "::" + join(groups.subList(from + length, groups.size()));
    }

    private static int zeros(List<Integer> groups, int from) {
        int end = from;
        while (end < groups.size() && groups.get(end) == 0) {
            end++;
        }
        return end - from;
    }

    private static String join(List<Integer> groups) {
        return String.join(":", groups.stream().map(Integer::toHexString).toList());
    }
}
