package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The network outside of the cluster, as an external machine joins it.
 *
 * @param init the cluster's init, as it is known out here
 * @param namespace holds the network's bridge
 * @param clients the addresses that external machines can have: one of each family, in the order of {@code families}
 */
public record Outside(long init, Path namespace, List<List<String>> clients, List<Family> families) {

    /**
     * What holds for addresses of one family.
     *
     * @param prefix length of the network's
     * @param router the way to {@code nodes}, the nodes' range
     */
    record Family(int prefix, String router, String nodes) {}

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Writes down, inside the cluster, what {@link #of} reads. */
    static void write(Home home, Path namespace, AddressPlan plan) {
        Map<String, Object> network = Map.of(
                "namespace", namespace.toString(),
                "clients", plan.clients(),
                "families",
                        plan.each(f -> new Family(
                                f.outside().prefixBits(),
                                f.routerOutside(),
                                f.nodes().toString())));
        try {
            Files.writeString(home.outside(), JSON.writeValueAsString(network));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + home.outside(), e);
        }
    }

    /** The network of the cluster that is up in {@code home}. */
    public static Outside of(Home home) {
        Holder holder = Holder.find(home)
                .orElseThrow(() -> new Failure(
                        Failure.NOT_SO,
                        "no cluster is up in " + home.root() + "; `hyaline up --detach` starts one, HYALINE_HOME names"
                                + " where to look"));
        try {
            JsonNode network = JSON.readTree(Files.readString(home.outside()));
            Path inside = Path.of(network.path("namespace").asString(""));
            long main = Long.parseLong(inside.getName(1).toString());
            ProcessHandle init = ProcessHandle.of(holder.pid())
                    .flatMap(h -> h.children().findFirst())
                    .orElseThrow(() -> new Failure(Failure.NOT_SO, "the cluster in " + home.root() + " is ending"));
            Path namespace =
                    Path.of("/proc", String.valueOf(seenFromHere(init, main))).resolve(inside.subpath(2, 4));
            List<List<String>> clients = network.path("clients")
                    .valueStream()
                    .map(machine -> machine.valueStream()
                            .map(address -> address.asString(""))
                            .toList())
                    .toList();
            List<Family> families = network.path("families")
                    .valueStream()
                    .map(family -> new Family(
                            family.path("prefix").asInt(),
                            family.path("router").asString(""),
                            family.path("nodes").asString("")))
                    .toList();
            return new Outside(init.pid(), namespace, clients, families);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.NOT_SO, "the cluster in " + home.root() + " is not ready yet; wait for `hyaline up`");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + home.outside(), e);
        }
    }

    /** The process below {@code init} that is called {@code pid} inside init's namespace. */
    private static long seenFromHere(ProcessHandle init, long pid) {
        return init.descendants()
                .filter(p -> insidePid(p.pid()) == pid)
                .findFirst()
                .orElseThrow(() -> new Failure(Failure.NOT_SO, "the cluster's main process has ended; see its log"))
                .pid();
    }

    private static long insidePid(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(l -> l.startsWith("NSpid:"))
                    .map(l ->
                            Long.parseLong(l.substring(l.lastIndexOf('\t') + 1).trim()))
                    .findFirst()
                    .orElse(-1L);
        } catch (IOException e) {
            // It has ended meanwhile.
            return -1;
        }
    }

    /** All addresses of the machine that has {@code address}; refuses one that no external machine can have. */
    List<String> machine(String address) {
        String usual = Ip.of(address).flatMap(f -> f.address(address)).orElse(address);
        return clients.stream()
                .filter(m -> m.contains(usual))
                .findFirst()
                .orElseThrow(() -> new Failure(
                        Failure.USAGE,
                        "--ip " + address + ": external machines have an address from "
                                + IntStream.range(0, families.size())
                                        .mapToObj(i -> clients.getFirst().get(i) + " to "
                                                + clients.getLast().get(i))
                                        .collect(Collectors.joining(" or from "))));
    }
}
