package io.hyaline.runtime.services;

import io.hyaline.runtime.services.ServicePortView.Endpoint;
import java.util.HexFormat;
import java.util.Locale;

/** Names of chains: readable, different for different ports, and short enough for the kernel, which takes 127 characters. */
final class ChainNames {

    private static final int LONGEST = 70;

    private ChainNames() {}

    static String of(ServicePortView port) {
        String name = (port.service() + "/" + port.protocol() + "/" + port.port()).toLowerCase(Locale.ROOT);
        // Slashes separate what the API allows no slash in; only what is cut off needs more to be unique.
        return name.length() <= LONGEST
                ? name
                : name.substring(0, LONGEST - 17) + "-" + HexFormat.of().toHexDigits(hash(name));
    }

    static String of(String port, Endpoint endpoint) {
        return port + "/" + endpoint.address().replace(':', '-') + "/" + endpoint.port();
    }

    /** FNV-1a, 64 bits. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }
}
