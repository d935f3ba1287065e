package io.hyaline.cli;

import io.hyaline.cli.cluster.Options;
import io.hyaline.cli.cluster.Options.Ranges;
import io.hyaline.cli.cluster.Options.Sidecars;
import io.hyaline.cli.cluster.Publication;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The options that say what cluster to bring up. */
final class ClusterOptions {

    private static final int MOST_NODES = 20;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "2",
            description = "How many nodes (default ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--sidecars",
            paramLabel = "HOW",
            defaultValue = "shared",
            description = {
                "Who carries the pods' traffic (default ${DEFAULT-VALUE}):",
                "shared: one proxy for all pods of a node;",
                "dedicated: one proxy for each pod, inside it;",
                "envoy: a real Envoy for each pod (scripts/deps installs it)."
            })
    private Sidecars sidecars = Sidecars.SHARED;

    @Option(names = "--egress", description = "Let pods reach the world through the host's address.")
    private boolean egress;

    @Option(
            names = "--outside-range",
            paramLabel = "CIDR",
            defaultValue = "203.0.113.0/24",
            description = "The network of the host and of external clients (default ${DEFAULT-VALUE}).")
    private String outside = Ranges.DEFAULT.outside();

    @Option(
            names = "--node-range",
            paramLabel = "CIDR",
            defaultValue = "10.0.0.0/24",
            description = "The nodes' network (default ${DEFAULT-VALUE}).")
    private String nodeRange = Ranges.DEFAULT.nodes();

    @Option(
            names = "--pod-range",
            paramLabel = "CIDR",
            defaultValue = "172.20.0.0/16",
            description = "The pods' network (default ${DEFAULT-VALUE}).")
    private String pods = Ranges.DEFAULT.pods();

    @Option(
            names = "--service-range",
            paramLabel = "CIDR",
            defaultValue = "10.96.0.0/16",
            description = "The services' virtual addresses (default ${DEFAULT-VALUE}).")
    private String services = Ranges.DEFAULT.services();

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "6443",
            description = "Where the API server listens (default ${DEFAULT-VALUE}).")
    private int apiPort = Options.DEFAULT_API_PORT;

    @Option(
            names = "--publish",
            paramLabel = "[ADDRESS:]HOSTPORT:PORT",
            description = {
                "Have the host listen on HOSTPORT, lead to PORT of the gateway, and keep the address of whoever connects"
                        + " (this machine itself is 203.0.113.1). Without ADDRESS on all of the host's addresses."
                        + " May be repeated."
            })
    private List<String> published = List.of();

    @Option(
            names = "--apart",
            hidden = true,
            description = "The cluster is in a user and network namespace of its own.")
    private boolean apart;

    private List<Publication> published(CommandLine command) {
        try {
            return published.stream().map(Publication::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, "--publish: " + e.getMessage());
        }
    }

    Options toOptions(CommandLine command) {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new CommandLine.ParameterException(command, "--nodes takes 1 to " + MOST_NODES + ", not " + nodes);
        }
        return new Options(
                nodes,
                egress,
                sidecars,
                new Ranges(outside, nodeRange, pods, services),
                apiPort,
                apart,
                published(command));
    }
}
