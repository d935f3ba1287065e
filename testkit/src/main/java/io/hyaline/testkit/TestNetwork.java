package io.hyaline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts on one bridge, in a network namespace of their own that has no way out.
 *
 * <p>Everything lives under one init in its own PID, mount and network namespace. The init ends when its standard input
 * closes, which happens at {@link #close()} and at the death of this JVM, of whatever kind; the kernel then removes all
 * processes, links, rules and mounts. A missing privilege is an error, never a reason to skip.
 */
public final class TestNetwork implements AutoCloseable {

    private static final String INIT = """
            mount -t tmpfs tmpfs /run && mkdir /run/netns &&
            ip link set lo up && ip link add br0 type bridge mcast_snooping 0 && ip link set br0 up && echo ready && read end
            """;
    private static final String BRIDGE = "br0";

    private final Process holder;
    private final long init;
    private final List<Running> running = new ArrayList<>();
    private int links;

    private TestNetwork(Process holder, long init) {
        this.holder = holder;
        this.init = init;
    }

    public static TestNetwork create() {
        try {
            Process holder = new ProcessBuilder(
                            "unshare",
                            "--net",
                            "--mount",
                            "--pid",
                            "--fork",
                            "--mount-proc",
                            "--kill-child",
                            "sh",
                            "-c",
                            INIT)
                    .redirectError(ProcessBuilder.Redirect.PIPE)
                    .start();
            String line = holder.inputReader().readLine();
            if (!"ready".equals(line)) {
                String reason =
                        new String(holder.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                throw new IllegalStateException(
                        "cannot make a network namespace; run these tests as root: " + reason.strip());
            }
            long init = holder.children().findFirst().orElseThrow().pid();
            return new TestNetwork(holder, init);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run unshare (Debian: util-linux)", e);
        }
    }

    /** A new host on the bridge with these addresses, each written as {@code 10.0.0.1/24} or {@code fd00::1/64}. */
    public Host host(String name, String... addresses) {
        String outer = "v" + links++;
        command("ip", "netns", "add", name).good();
        command("ip", "link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", name)
                .good();
        command("ip", "link", "set", outer, "master", BRIDGE, "up").good();
        Host host = new Host(this, name);
        host.run("ip", "link", "set", "lo", "up").good();
        host.run("ip", "link", "set", "eth0", "up").good();
        for (String address : addresses) {
            List<String> add = new ArrayList<>(List.of("ip", "addr", "add", address, "dev", "eth0"));
            if (address.indexOf(':') >= 0) {
                add.add("nodad");
            }
            host.run(add.toArray(String[]::new)).good();
        }
        return host;
    }

    /** Runs a command in the outer namespace, where the bridge is. */
    public Output command(String... words) {
        return start(List.of(words)).waitFor();
    }

    /** Starts a command in the outer namespace, where the bridge is. */
    public Running start(List<String> words) {
        List<String> all =
                new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "--net", "--mount", "--pid", "--"));
        all.addAll(words);
        try {
            Running started = new Running(words, new ProcessBuilder(all).start());
            running.add(started);
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run nsenter (Debian: util-linux)", e);
        }
    }

    Path namespaceFile(String host) {
        return Path.of("/proc/" + init + "/root/run/netns/" + host);
    }

    @Override
    public void close() {
        holder.destroyForcibly();
        try {
            holder.waitFor(10, TimeUnit.SECONDS);
            for (Running one : running) {
                one.stop();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
