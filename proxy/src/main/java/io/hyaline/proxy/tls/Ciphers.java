package io.hyaline.proxy.tls;

import io.netty.handler.ssl.OpenSsl;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The names of cipher suites and key-exchange groups that a configuration may use. */
public final class Ciphers {

    private static final Set<String> GROUPS = Set.of("X25519", "P-256", "P-384", "P-521", "X25519MLKEM768");

    private Ciphers() {}

    /** Suites in order; {@code [a|b]}, Envoy's group of equal preference, becomes a and b. Refuses unknown ones by name. */
    public static List<String> names(List<String> configured) {
        List<String> names = new ArrayList<>();
        for (String each : configured) {
            for (String name : each.replaceAll("[\\[\\]]", "").split("\\|", -1)) {
                if (!OpenSsl.isCipherSuiteAvailable(name)) {
                    throw new IllegalArgumentException("cipher_suites: '" + name + "' is not known");
                }
                names.add(name);
            }
        }
        return List.copyOf(names);
    }

    public static List<String> groups(List<String> configured) {
        for (String each : configured) {
            if (!GROUPS.contains(each)) {
                throw new IllegalArgumentException("ecdh_curves: '" + each + "' is not known");
            }
        }
        return List.copyOf(configured);
    }
}
