package io.hyaline.cli.cluster;

import io.hyaline.cli.exit.Failure;
import io.hyaline.linux.Command;
import io.hyaline.linux.UserIds;
import io.hyaline.runtime.net.Ip;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a cluster needs of the kernel, tried in a network namespace that is gone afterwards. */
final class Kernel {

    /**
     * A feature and a use of it.
     *
     * @param option the kernel's build option; its module has the same name in lower case, mostly
     * @param trial shell commands that succeed only with it
     */
    record Feature(String name, String option, String trial) {

        static Feature rule(String name, String option, String chain, String rule) {
            return new Feature(
                    name, option, "nft 'table inet %s { chain c { %s %s; }; }'".formatted(option, chain, rule));
        }
    }

    private static final String NAT = "type nat hook prerouting priority 0;";
    private static final String SOURCE_NAT = "type nat hook postrouting priority 0;";
    private static final String FILTER = "type filter hook prerouting priority 0;";

    static final List<Feature> NEEDED = List.of(
            new Feature("virtual Ethernet pairs", "VETH", "ip link add v0 type veth peer name v1"),
            new Feature("bridges", "BRIDGE", "ip link add b0 type bridge"),
            new Feature("policy routing", "IP_MULTIPLE_TABLES", "ip rule add fwmark 1 lookup 100"),
            new Feature("overlay file systems", "OVERLAY_FS", overlay(UserIds.current())),
            Feature.rule("nftables with connection tracking", "NFT_CT", FILTER, "ct mark 1 ct state new accept"),
            Feature.rule("nftables address translation", "NFT_NAT", NAT, "ip protocol tcp dnat ip to 192.0.2.1:80"),
            Feature.rule("nftables masquerading", "NFT_MASQ", SOURCE_NAT, "masquerade"),
            Feature.rule("nftables redirection", "NFT_REDIR", NAT, "meta l4proto tcp redirect to :15006"),
            Feature.rule("nftables TPROXY", "NFT_TPROXY", FILTER, "meta l4proto tcp tproxy ip to :15006"),
            Feature.rule("nftables socket matches", "NFT_SOCKET", FILTER, "socket transparent 1 accept"),
            Feature.rule("nftables number generators", "NFT_NUMGEN", FILTER, "meta mark set numgen inc mod 2"),
            Feature.rule("nftables hashes", "NFT_HASH", FILTER, "meta mark set jhash ip saddr mod 2 seed 0x1"),
            Feature.rule(
                    "nftables rejection",
                    "NFT_REJECT_INET",
                    "type filter hook input priority 0;",
                    "reject with tcp reset"),
            Feature.rule("nftables address types", "NFT_FIB_INET", FILTER, "fib daddr type local accept"));

    /** Once more for IPv6, which a kernel can be without. */
    static final List<Feature> NEEDED_V6 = List.of(
            new Feature("IPv6", "IPV6", "grep -qx 0 /proc/sys/net/ipv6/conf/all/disable_ipv6"),
            new Feature("policy routing of IPv6", "IPV6_MULTIPLE_TABLES", "ip -6 rule add fwmark 1 lookup 100"),
            new Feature(
                    "nftables for IPv6",
                    "NF_TABLES_IPV6",
                    "nft 'table ip6 v6 { chain c { %s meta l4proto tcp dnat to [2001:db8::1]:80; }; }'".formatted(NAT)),
            Feature.rule(
                    "nftables TPROXY for IPv6", "NF_TPROXY_IPV6", FILTER, "meta l4proto tcp tproxy ip6 to :15006"));

    private Kernel() {}

    /**
     * Throws a failure that names what the kernel has not, or what is switched off, for such a cluster.
     *
     * @param switches the directory /proc/sys/net
     */
    static void require(Options options, Path switches) {
        if (options.addresses().of(Ip.V6).isEmpty()) {
            require(NEEDED);
            return;
        }
        Path off = switches.resolve("ipv6/conf/all/disable_ipv6");
        if (!options.apart() && isOn(off)) {
            throw new Failure(
                    Failure.USAGE,
                    "this machine has IPv6 switched off (" + off + "), and the host is part of a cluster's network:"
                            + " sysctl -w net.ipv6.conf.all.disable_ipv6=0, or --ip-family ipv4");
        }
        require(Stream.concat(NEEDED.stream(), NEEDED_V6.stream()).toList());
    }

    private static boolean isOn(Path file) {
        try {
            return Files.exists(file) && Files.readString(file).strip().equals("1");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the switch " + file, e);
        }
    }

    /** Over what a pod's root is made of. */
    private static String overlay(UserIds ids) {
        String lower = ids.initial() && Privilege.root() ? "lowerdir=/" : "userxattr,lowerdir=/usr";
        return "mount -t tmpfs t /tmp && mkdir /tmp/u /tmp/w /tmp/r && mount -t overlay o -o " + lower
                + ",upperdir=/tmp/u,workdir=/tmp/w /tmp/r";
    }

    /** Throws a failure that names each of {@code needed} that the kernel has not. */
    static void require(List<Feature> needed) {
        String all = needed.stream().map(Feature::trial).collect(Collectors.joining(" &&\n"));
        Command.Result together = tried(all);
        if (together.exitCode() == 0) {
            return;
        }
        String missing = needed.stream()
                .filter(f -> tried(f.trial()).exitCode() != 0)
                .map(f -> f.name() + " (CONFIG_" + f.option() + ")")
                .collect(Collectors.joining(", "));
        throw new Failure(
                Failure.USAGE,
                "this kernel does not let a cluster have "
                        + (missing.isEmpty()
                                ? "everything it needs: " + together.output().strip()
                                : missing)
                        + ". Load the modules (modprobe), or use a kernel with these options; inside a container the host's kernel"
                        + " decides, and the container has to be privileged");
    }

    private static Command.Result tried(String script) {
        List<String> words = new ArrayList<>(List.of("unshare"));
        words.addAll(Privilege.unshareOptions());
        words.addAll(List.of("--net", "--mount", "sh", "-ec", script));
        return Command.of(words).run();
    }
}
