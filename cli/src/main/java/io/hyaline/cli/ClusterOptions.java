package io.hyaline.cli;

import io.hyaline.cli.cluster.Options;
import io.hyaline.cli.cluster.Options.IpFamily;
import io.hyaline.cli.cluster.Options.Sidecars;
import io.hyaline.cli.cluster.Publication;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
            names = "--ip-family",
            paramLabel = "FAMILY",
            description = {
                "ipv4 (default), ipv6 or dual: the addresses of nodes, pods, services and clients.",
                "Each range below is one CIDR, or two with a comma between them, one of each family; all four have the same"
                        + " families, and the first is the primary one."
            })
    private @Nullable IpFamily family;

    @Option(
            names = "--outside-range",
            paramLabel = "CIDR[,CIDR]",
            description =
                    "The network of the host and of external clients (default 203.0.113.0/24, 2001:db8:113::/64).")
    private @Nullable String outside;

    @Option(
            names = "--node-range",
            paramLabel = "CIDR[,CIDR]",
            description = "The nodes' network (default 10.0.0.0/24, fd00:10::/64).")
    private @Nullable String nodeRange;

    @Option(
            names = "--pod-range",
            paramLabel = "CIDR[,CIDR]",
            description =
                    "The pods' network: a /24 and a /64 of it for each node (default 172.20.0.0/16, fd00:172:20::/56).")
    private @Nullable String pods;

    @Option(
            names = "--service-range",
            paramLabel = "CIDR[,CIDR]",
            description = "The services' virtual addresses (default 10.96.0.0/16, fd00:10:96::/112).")
    private @Nullable String services;

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
                        + " (this machine itself is 203.0.113.1). Without ADDRESS on all of the host's addresses;"
                        + " IPv6 in brackets. May be repeated."
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

    private AddressPlan addresses(CommandLine command) {
        AddressPlan usual = Objects.requireNonNullElse(family, IpFamily.IPV4).usual();
        AddressPlan plan;
        try {
            plan = AddressPlan.parse(
                    Objects.requireNonNullElse(outside, usual.option(FamilyPlan::outside)),
                    Objects.requireNonNullElse(nodeRange, usual.option(FamilyPlan::nodes)),
                    Objects.requireNonNullElse(pods, usual.option(FamilyPlan::pods)),
                    Objects.requireNonNullElse(services, usual.option(FamilyPlan::services)));
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(command, e.getMessage());
        }
        if (family != null && !family.is(plan)) {
            throw new CommandLine.ParameterException(
                    command,
                    "--ip-family " + family + " is not what the ranges have, " + plan.option(FamilyPlan::outside)
                            + " and the others; leave one of them out");
        }
        return plan;
    }

    Options toOptions(CommandLine command) {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new CommandLine.ParameterException(command, "--nodes takes 1 to " + MOST_NODES + ", not " + nodes);
        }
        return new Options(nodes, egress, sidecars, addresses(command), apiPort, apart, published(command));
    }
}
