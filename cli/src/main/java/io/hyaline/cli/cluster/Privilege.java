package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.linux.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** How this process comes to what only root may: it is root, or becomes it in a user namespace of its own (user_namespaces(7)). */
public final class Privilege {

    /** What forbids user namespaces to ordinary users: a switch, and the value with which it does. */
    record Switch(String name, String forbids) {

        private boolean forbids(Path directory) {
            try {
                Path file = directory.resolve(name.replace('.', '/'));
                return Files.exists(file) && Files.readString(file).trim().equals(forbids);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read the switch " + name, e);
            }
        }

        private String remedy() {
            return "sysctl -w " + name + "=" + (forbids.equals("0") ? name.startsWith("user.") ? "15000" : "1" : "0");
        }
    }

    private static final List<Switch> SWITCHES = List.of(
            new Switch("kernel.unprivileged_userns_clone", "0"),
            new Switch("kernel.apparmor_restrict_unprivileged_userns", "1"),
            new Switch("user.max_user_namespaces", "0"));

    private Privilege() {}

    /** Whether this process may do what root may, be it in a user namespace. */
    public static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new UncheckedIOException("is /proc mounted?", e);
        }
    }

    /** Options of unshare(1) that make its child root of all that it makes: none for root. */
    public static List<String> unshareOptions() {
        if (root()) {
            return List.of();
        }
        List<String> options = List.of("--user", "--map-root-user");
        List<String> trial = new ArrayList<>(List.of("unshare"));
        trial.addAll(options);
        trial.addAll(List.of("--net", "true"));
        Command.Result tried = Command.of(trial).run();
        if (tried.exitCode() != 0) {
            throw new Failure(
                    Failure.USAGE,
                    forbidden(tried.output().strip(), Path.of("/proc/sys")) + "; or run it as root (sudo -E)");
        }
        return options;
    }

    /** Options of nsenter(1) with which this process may what the cluster of {@code init} may. */
    static List<String> enterOptions(long init) {
        return root() ? List.of() : List.of("--user=/proc/" + init + "/ns/user", "--preserve-credentials");
    }

    static String forbidden(String said, Path switches) {
        String remedies = SWITCHES.stream()
                .filter(each -> each.forbids(switches))
                .map(Switch::remedy)
                .collect(Collectors.joining(" && "));
        return "this kernel lets ordinary users make no user and network namespaces (" + said + "): "
                + (remedies.isEmpty()
                        ? "inside a container its seccomp profile may be what forbids it"
                        : "root can allow it with " + remedies);
    }
}
