package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.linux.Command;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine outside of the cluster, for as long as one command runs: a network namespace with a leg in the outside network.
 * It lives under the cluster's init and ends with it.
 */
public final class ExternalMachine implements AutoCloseable {

    /** Takes its leg in: namespace, leg, address with prefix, nodes' range, router; the command follows. */
    private static final String JOIN = """
            exec 9</proc/self/ns/net
            ip link set lo up && nsenter --net="$1" ip link set "$2" netns /proc/self/fd/9 name eth0 \\
                && ip addr add "$3" dev eth0 && ip link set eth0 up && ip route add "$4" via "$5" || exit 1
            exec 9<&-
            shift 5
            exec "$@"
            """;

    /** Where the documents' own clients begin. */
    private static final String USUAL = ".50";

    private final Outside network;
    private final String address;
    private final String link;

    private ExternalMachine(Outside network, String address) {
        this.network = network;
        this.address = address;
        this.link = link(address);
    }

    /**
     * Takes an address.
     *
     * @param wish null: any that is free
     */
    public static ExternalMachine open(Outside network, @Nullable String wish) {
        if (wish != null) {
            network.check(wish);
        }
        for (String candidate : wish == null ? candidates(network.clients()) : List.of(wish)) {
            ExternalMachine machine = new ExternalMachine(network, candidate);
            if (machine.take()) {
                return machine;
            }
        }
        throw new Failure(
                Failure.NOT_SO,
                wish == null
                        ? "every address of external machines is taken; end some `hyaline client`"
                        : "--ip " + wish + " is taken by another `hyaline client`; choose another, or none");
    }

    /** Runs a command, whose input and output are this process's own, to its end and returns its exit code. */
    public int run(List<String> command) {
        String program = command.getFirst();
        if (!program.contains("/") && Tools.find(program) == null) {
            throw new Failure(Failure.USAGE, "no program " + program + " on the PATH");
        }
        try {
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(this::close));
            Process process = builder(command).inheritIO().start();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(process::destroy));
            return process.waitFor();
        } catch (IOException e) {
            throw new Failure(Failure.NOT_SO, "cannot run " + program + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(Failure.NOT_SO, "interrupted");
        }
    }

    /** The process of a command on this machine, which can run one. */
    public ProcessBuilder builder(List<String> command) {
        List<String> words = new ArrayList<>(List.of("nsenter"));
        words.addAll(Privilege.enterOptions(network.init()));
        words.addAll(List.of("--pid", "--target", String.valueOf(network.init())));
        words.addAll(List.of("--", "setpriv", "--pdeathsig", "KILL", "unshare", "--net"));
        words.addAll(List.of("/bin/sh", "-c", JOIN, "hyaline-client"));
        words.addAll(List.of(network.namespace().toString(), "p" + link, address + "/" + network.prefix()));
        words.addAll(List.of(network.nodes(), network.router()));
        words.addAll(command);
        return new ProcessBuilder(words);
    }

    private static List<String> candidates(List<String> clients) {
        List<String> ordered = new ArrayList<>(clients);
        int usual = 0;
        while (usual < ordered.size() && !ordered.get(usual).endsWith(USUAL)) {
            usual++;
        }
        Collections.rotate(ordered, -usual);
        return ordered;
    }

    /** The name of the link on the network's side, which nobody else can have at the same time. */
    private static String link(String address) {
        StringBuilder name = new StringBuilder("c");
        for (String part : address.split("\\.")) {
            name.append(String.format("%02x", Integer.parseInt(part)));
        }
        return name.toString();
    }

    private boolean take() {
        Command.Result added = inNetwork("ip", "link", "add", link, "type", "veth", "peer", "name", "p" + link);
        if (added.exitCode() != 0) {
            if (added.output().contains("File exists")) {
                return false;
            }
            throw new Failure(
                    Failure.NOT_SO,
                    "no leg in the outside network: " + added.output().strip());
        }
        Command.Result joined = inNetwork("ip", "link", "set", link, "master", "outside", "up");
        if (joined.exitCode() != 0) {
            close();
            throw new Failure(
                    Failure.NOT_SO,
                    "no leg in the outside network: " + joined.output().strip());
        }
        return true;
    }

    private Command.Result inNetwork(String... words) {
        List<String> command = new ArrayList<>(List.of("nsenter"));
        command.addAll(Privilege.enterOptions(network.init()));
        command.add("--net=" + network.namespace());
        command.addAll(List.of(words));
        return Command.of(command).run();
    }

    /** Leaves the network; what still runs here is cut off. */
    @Override
    public void close() {
        inNetwork("ip", "link", "delete", link);
    }
}
