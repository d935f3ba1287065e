package io.hyaline.runtime.net;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The cluster's way to the world: one table in the host's namespace, owned by a child process, so that it is gone when
 * the child is. The child also puts the host's forwarding switch back.
 */
final class Egress implements AutoCloseable {

    private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final Process holder;

    private Egress(Process holder) {
        this.holder = holder;
    }

    static Egress open(NamespaceThread thread, NetNs host, AddressPlan plan) {
        Process holder = thread.call(host, () -> {
            String before = Files.readString(FORWARD).strip();
            Files.writeString(FORWARD, "1");
            return new ProcessBuilder("sh", "-c", "nft -i; echo " + before + " > " + FORWARD)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        });
        try {
            OutputStream stdin = holder.getOutputStream();
            stdin.write(rules(plan).getBytes(StandardCharsets.UTF_8));
            stdin.flush();
            return new Egress(holder);
        } catch (IOException e) {
            holder.destroyForcibly();
            throw new UncheckedIOException("cannot open --egress: nft did not take its rules", e);
        }
    }

    /** One command a line, for nft's interactive mode. */
    static String rules(AddressPlan plan) {
        return """
                add table ip hyaline-egress { flags owner; }
                add chain ip hyaline-egress post { type nat hook postrouting priority srcnat; policy accept; }
                add rule ip hyaline-egress post ip saddr %1$s oifname != "%2$s" masquerade
                """.formatted(plan.routerOutside(), Fabric.HOST_LINK);
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
