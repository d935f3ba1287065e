package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.linux.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A machine outside of the cluster, for as long as one command runs: a network namespace with a leg in the outside network.
 * It lives under the cluster's init and ends with it.
 */
public final class ExternalMachine implements AutoCloseable {

    /** Takes its leg in: namespace, leg, lines for {@code ip}; the command follows. */
    private static final String JOIN = """
            exec 9</proc/self/ns/net
            ip link set lo up && nsenter --net="$1" ip link set "$2" netns /proc/self/fd/9 name eth0 \\
                && echo "$3" | ip -batch - || exit 1
            exec 9<&-
            shift 3
            exec "$@"
            """;

    /** Where the documents' own clients begin, among all machines: with .50, whose network begins with .4. */
    private static final int USUAL = 46;

    private final Outside network;
    private final List<String> addresses;
    private final String link;

    private ExternalMachine(Outside network, List<String> addresses) {
        this.network = network;
        this.addresses = addresses;
        this.link = link(addresses.getFirst());
    }

    /**
     * Takes an address of each family.
     *
     * @param wish one of them; null: any that are free
     */
    public static ExternalMachine open(Outside network, @Nullable String wish) {
        for (List<String> candidate : wish == null ? candidates(network.clients()) : List.of(network.machine(wish))) {
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
        words.addAll(List.of(network.namespace().toString(), "p" + link, wires()));
        words.addAll(command);
        return new ProcessBuilder(words);
    }

    private String wires() {
        StringBuilder lines = new StringBuilder("link set eth0 up\n");
        for (int i = 0; i < addresses.size(); i++) {
            Outside.Family family = network.families().get(i);
            String ready = addresses.get(i).indexOf(':') < 0 ? "" : " nodad";
            lines.append("addr add ").append(addresses.get(i)).append('/').append(family.prefix());
            lines.append(" dev eth0").append(ready).append("\nroute add ").append(family.nodes());
            lines.append(" via ").append(family.router()).append('\n');
        }
        return lines.toString();
    }

    private static List<List<String>> candidates(List<List<String>> clients) {
        List<List<String>> ordered = new ArrayList<>(clients);
        Collections.rotate(ordered, -(USUAL % ordered.size()));
        return ordered;
    }

    /** The name of the link on the network's side, which nobody else can have at the same time. */
    private static String link(String address) {
        byte[] bytes = InetAddress.ofLiteral(address).getAddress();
        return "c" + HexFormat.of().formatHex(bytes, bytes.length - 4, bytes.length);
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
