package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.runtime.net.AddressPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The network outside of the cluster, as an external machine joins it.
 *
 * @param init the cluster's init, as it is known out here
 * @param namespace holds the network's bridge
 * @param clients the addresses of external machines
 */
public record Outside(long init, Path namespace, List<String> clients, int prefix, String router, String nodes) {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Writes down, inside the cluster, what {@link #of} reads. */
    static void write(Home home, Path namespace, AddressPlan plan) {
        Map<String, Object> network = Map.of(
                "namespace", namespace.toString(),
                "clients", plan.clientAddresses(),
                "prefix", plan.outside().prefixBits(),
                "router", plan.routerOutside(),
                "nodes", plan.nodes().toString());
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
            List<String> clients = network.path("clients")
                    .valueStream()
                    .map(address -> address.asString(""))
                    .toList();
            return new Outside(
                    init.pid(),
                    namespace,
                    clients,
                    network.path("prefix").asInt(),
                    network.path("router").asString(""),
                    network.path("nodes").asString(""));
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

    /** Refuses an address that no external machine can have. */
    void check(String address) {
        if (!clients.contains(Objects.requireNonNull(address))) {
            throw new Failure(
                    Failure.USAGE,
                    "--ip " + address + ": external machines have an address from " + clients.getFirst() + " to "
                            + clients.getLast());
        }
    }
}
