package io.hyaline.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * What the proxy calls its application from, where the pod has IPv6: 127.0.0.6 is an address of every loopback link, ::6 has to
 * be given to it.
 */
final class PassthroughAddress {

    private static final Path ADDRESSES = Path.of("/proc/thread-self/net/if_inet6");
    private static final String OWN = "0".repeat(31) + "6";
    private static final String OWN_RANGE = "::6/128";
    private static final String GLOBAL = "00";

    private PassthroughAddress() {}

    static void ensure() {
        List<String> addresses = addresses();
        if (hasIpv6(addresses) && !isThere(addresses)) {
            // Without the last word it could be used a moment later only.
            Tool.check("ip", "-6", "addr", "replace", OWN_RANGE, "dev", "lo", "nodad");
        }
    }

    static void remove() {
        if (isThere(addresses())) {
            Tool.check("ip", "-6", "addr", "del", OWN_RANGE, "dev", "lo");
        }
    }

    private static List<String> addresses() {
        try {
            return Files.readAllLines(ADDRESSES);
        } catch (NoSuchFileException e) {
            // A kernel without IPv6.
            return List.of();
        } catch (IOException e) {
            throw new CaptureException("cannot read " + ADDRESSES + "; is /proc mounted?", e);
        }
    }

    /** Whether somebody else can call the pod: a line is address, index, prefix length, scope, flags and link. */
    static boolean hasIpv6(List<String> lines) {
        return lines.stream()
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(f -> f.length > 5 && f[3].equals(GLOBAL) && !f[5].equals("lo"));
    }

    private static boolean isThere(List<String> lines) {
        return lines.stream()
                .anyMatch(line -> line.startsWith(OWN) && line.strip().endsWith(" lo"));
    }
}
