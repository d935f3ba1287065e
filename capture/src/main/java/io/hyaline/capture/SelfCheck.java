package io.hyaline.capture;

import io.hyaline.capture.plan.InterceptionPlan;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks for the settings with which TPROXY interception accepts connections and then never answers them. */
final class SelfCheck {

    /** Ports of spoofed connections; ephemeral ones must stay outside, or a client's own connection could meet ours. */
    private static final int SPOOFED_FIRST = 20000;

    private static final int SPOOFED_LAST = 29999;
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");

    private SelfCheck() {}

    static void run(InterceptionPlan plan) {
        List<String> faults = faults(plan);
        if (!faults.isEmpty()) {
            throw new CaptureException("TPROXY interception would not work here: " + String.join("; ", faults));
        }
    }

    static List<String> faults(InterceptionPlan plan) {
        if (!plan.routesReplies()) {
            return List.of();
        }
        List<String> faults = new ArrayList<>(ReplyRoutes.faults(plan.marks()));
        sourceValidation(faults);
        if (Sysctl.read(IPV4.resolve("tcp_fwmark_accept")) != 0) {
            faults.add("net.ipv4.tcp_fwmark_accept is on, so accepted connections inherit the mark and their replies"
                    + " never leave: sysctl -w net.ipv4.tcp_fwmark_accept=0");
        }
        portRange(faults, Sysctl.text(IPV4.resolve("ip_local_port_range")));
        return faults;
    }

    private static void sourceValidation(List<String> faults) {
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(IPV4.resolve("conf"))) {
            for (Path one : interfaces) {
                if (Sysctl.read(one.resolve("src_valid_mark")) != 0) {
                    String name = "net.ipv4.conf." + one.getFileName() + ".src_valid_mark";
                    faults.add(
                            name + " is on, so replies with the mark fail the source check: sysctl -w " + name + "=0");
                }
            }
        } catch (IOException e) {
            throw new CaptureException("cannot list " + IPV4 + "/conf; is /proc mounted?", e);
        }
    }

    static void portRange(List<String> faults, String range) {
        String[] ends = range.split("\\s+");
        if (Integer.parseInt(ends[0]) <= SPOOFED_LAST && Integer.parseInt(ends[1]) >= SPOOFED_FIRST) {
            faults.add("net.ipv4.ip_local_port_range " + ends[0] + "-" + ends[1] + " overlaps " + SPOOFED_FIRST + "-"
                    + SPOOFED_LAST + ", which the proxy uses with clients' addresses: sysctl -w"
                    + " net.ipv4.ip_local_port_range=\"32768 60999\"");
        }
    }
}
