package io.hyaline.cli.cluster;

import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a person may choose about a cluster.
 *
 * @param nodes how many nodes, 1 to 20
 * @param egress whether pods reach the world through the host's address
 * @param sidecars who carries a pod's traffic
 * @param addresses the networks, and so the address families
 * @param apiPort TCP port of the API server
 * @param apart whether it has a user and network namespace of its own, as an ordinary user's has
 * @param published ports of the host that lead to the gateway
 */
public record Options(
        int nodes,
        boolean egress,
        Sidecars sidecars,
        AddressPlan addresses,
        int apiPort,
        boolean apart,
        List<Publication> published) {

    public Options {
        published = List.copyOf(published);
    }

    /** Who carries a pod's traffic: one proxy for a node, one for each pod, or a real Envoy for each pod. */
    public enum Sidecars {
        SHARED,
        DEDICATED,
        ENVOY
    }

    /** The address families of a cluster, in kind's words. */
    public enum IpFamily {
        IPV4(AddressPlan.DEFAULT),
        IPV6(AddressPlan.DEFAULT_V6),
        DUAL(AddressPlan.DEFAULT_DUAL);

        private final AddressPlan usual;

        IpFamily(AddressPlan usual) {
            this.usual = usual;
        }

        /** The ranges of who names none. */
        public AddressPlan usual() {
            return usual;
        }

        /** Whether a plan has these families, and no other. */
        public boolean is(AddressPlan plan) {
            return Set.copyOf(plan.each(FamilyPlan::family)).equals(Set.copyOf(usual.each(FamilyPlan::family)));
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static final int DEFAULT_API_PORT = 6443;

    /** Two nodes, shared sidecars, no way out, the default networks of {@code family}. */
    public static Options standard(IpFamily family) {
        return new Options(2, false, Sidecars.SHARED, family.usual(), DEFAULT_API_PORT, !Privilege.root(), List.of());
    }

    /** The same with or without namespaces of its own. */
    public Options apart(boolean own) {
        return new Options(nodes, egress, sidecars, addresses, apiPort, own, published);
    }

    /** The same choices as arguments of {@code hyaline cluster}. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(List.of(
                "--nodes", String.valueOf(nodes),
                "--sidecars", sidecars.name(),
                "--outside-range", addresses.option(FamilyPlan::outside),
                "--node-range", addresses.option(FamilyPlan::nodes),
                "--pod-range", addresses.option(FamilyPlan::pods),
                "--service-range", addresses.option(FamilyPlan::services),
                "--api-port", String.valueOf(apiPort)));
        if (egress) {
            arguments.add("--egress");
        }
        published.forEach(each -> arguments.addAll(List.of("--publish", each.toString())));
        if (apart) {
            arguments.add("--apart");
        }
        return arguments;
    }
}
