package io.hyaline.runtime.dns;

import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Names that stand for addresses when somebody asks whose they are (RFC 1035, section 3.5; RFC 3596, section 2.5). */
final class ReverseName {

    private static final String V4 = ".in-addr.arpa";
    private static final String V6 = ".ip6.arpa";
    private static final int NIBBLES = 32;

    private ReverseName() {}

    /** The address, or empty for a name of another kind. */
    static Optional<String> address(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        if (plain.endsWith(V4)) {
            return Ip.V4.address(String.join(".", backwards(plain, V4)));
        }
        if (!plain.endsWith(V6)) {
            return Optional.empty();
        }
        List<String> digits = backwards(plain, V6);
        if (digits.size() != NIBBLES || digits.stream().anyMatch(d -> d.length() != 1)) {
            return Optional.empty();
        }
        String groups = String.join("", digits).replaceAll("(.{4})(?!$)", "$1:");
        return Ip.V6.address(groups);
    }

    private static List<String> backwards(String name, String suffix) {
        List<String> labels = new ArrayList<>(
                List.of(name.substring(0, name.length() - suffix.length()).split("\\.", -1)));
        Collections.reverse(labels);
        return labels;
    }
}
