package io.hyaline.runtime.net;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The cluster's way to the world: tables in the host's namespace, owned by a child process, so that they are gone when
 * the child is. The child also puts the host's switches back.
 */
final class Egress implements AutoCloseable {

    private static final Path NET = Path.of("/proc/sys/net");
    private static final Path FORWARD = NET.resolve("ipv4/ip_forward");
    private static final Path CONF_V6 = NET.resolve("ipv6/conf");

    private final Process holder;

    private Egress(Process holder) {
        this.holder = holder;
    }

    /** The families that can leave: IPv4, and IPv6 where the host itself has a way. */
    static List<FamilyPlan> possible(NamespaceThread thread, NetNs host, AddressPlan plan) {
        return plan.families().stream()
                .filter(f -> f.family() == Ip.V4
                        || !Command.of("ip", Ip.V6.option(), "route", "show", "default")
                                .check(thread, host)
                                .isBlank())
                .toList();
    }

    static Egress open(NamespaceThread thread, NetNs host, List<FamilyPlan> families) {
        Process holder = thread.call(host, () -> {
            LinkedHashMap<Path, String> before = new LinkedHashMap<>();
            for (FamilyPlan family : families) {
                for (Map.Entry<Path, String> entry : switches(family.family()).entrySet()) {
                    before.putFirst(
                            entry.getKey(), Files.readString(entry.getKey()).strip());
                    Files.writeString(entry.getKey(), entry.getValue());
                }
            }
            String back = before.entrySet().stream()
                    .map(e -> "; echo " + e.getValue() + " > '" + e.getKey() + "'")
                    .collect(Collectors.joining());
            return new ProcessBuilder("sh", "-c", "nft -i" + back)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        });
        try {
            OutputStream stdin = holder.getOutputStream();
            for (FamilyPlan family : families) {
                stdin.write(rules(family).getBytes(StandardCharsets.UTF_8));
            }
            stdin.flush();
            return new Egress(holder);
        } catch (IOException e) {
            holder.destroyForcibly();
            throw new UncheckedIOException("cannot open --egress: nft did not take its rules", e);
        }
    }

    /** In the order in which they are set. A host that forwards forgets the routes that routers tell it of, unless it is told not to. */
    private static Map<Path, String> switches(Ip family) throws IOException {
        if (family == Ip.V4) {
            return Map.of(FORWARD, "1");
        }
        Map<Path, String> wanted = new LinkedHashMap<>();
        try (Stream<Path> links = Files.list(CONF_V6)) {
            for (Path link : links.toList()) {
                Path listens = link.resolve("accept_ra");
                if (Files.readString(listens).strip().equals("1")) {
                    wanted.put(listens, "2");
                }
            }
        }
        wanted.put(CONF_V6.resolve("all/forwarding"), "1");
        return wanted;
    }

    /** One command a line, for nft's interactive mode. */
    static String rules(FamilyPlan plan) {
        return """
                add table %1$s hyaline-egress { flags owner; }
                add chain %1$s hyaline-egress post { type nat hook postrouting priority srcnat; policy accept; }
                add rule %1$s hyaline-egress post %1$s saddr %2$s oifname != "%3$s" masquerade
                """.formatted(plan.family().family(), plan.routerOutside(), Fabric.HOST_LINK);
    }

    @Override
    public void close() {
        try {
            holder.getOutputStream().close();
            holder.waitFor();
        } catch (IOException e) {
            holder.destroyForcibly();
        } catch (InterruptedException e) {
            holder.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
