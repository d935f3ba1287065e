package io.hyaline.runtime.net;

import java.util.List;
import java.util.stream.IntStream;

/** Who gets which address of one family. Everything follows from the four ranges, whose addresses are counted alike. */
public record FamilyPlan(Cidr outside, Cidr nodes, Cidr pods, Cidr services) {

    private static final int FIRST_NODE = 93;
    private static final int FIRST_CLIENT = 4;
    private static final int FIRST_BALANCER = 80;
    /** Of IPv6 there are more than anybody wants to hand out. */
    private static final int MOST_BALANCERS = 65_536;

    public FamilyPlan {
        List<Cidr> ranges = List.of(outside, nodes, pods, services);
        int hosts = outside.family().bits();
        List<Integer> longest = List.of(hosts - 4, hosts - 7, podBits(outside.family()) - 1, hosts - 4);
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).family() != outside.family()) {
                throw new IllegalArgumentException(AddressPlan.OPTIONS.get(i) + " " + ranges.get(i) + " is none of "
                        + outside.family().api() + ", as " + AddressPlan.OPTIONS.getFirst() + " " + outside + " is");
            }
            if (ranges.get(i).prefixBits() > longest.get(i)) {
                throw new IllegalArgumentException(AddressPlan.OPTIONS.get(i) + " " + ranges.get(i)
                        + " has too few addresses; choose a prefix of /" + longest.get(i) + " or shorter");
            }
            for (int j = i + 1; j < ranges.size(); j++) {
                if (ranges.get(i).overlaps(ranges.get(j))) {
                    throw new IllegalArgumentException(AddressPlan.OPTIONS.get(i) + " " + ranges.get(i) + " and "
                            + AddressPlan.OPTIONS.get(j) + " " + ranges.get(j) + " overlap; choose ranges that do not");
                }
            }
        }
    }

    private static int podBits(Ip family) {
        return family == Ip.V4 ? 24 : 64;
    }

    public Ip family() {
        return outside.family();
    }

    public String hostAddress() {
        return outside.address(1);
    }

    public String routerOutside() {
        return outside.address(2);
    }

    /** The load balancer's own address on the outside network; those that it hands out are others. */
    public String balancerOutside() {
        return outside.address(3);
    }

    public String balancerNodes() {
        return nodes.address(2);
    }

    /** Where the addresses of load balancers begin: at the 80th of a range that is large enough, else at the half. */
    private int firstBalancer() {
        return outside.size() >= 128 ? FIRST_BALANCER : outside.size() / 2;
    }

    /** Addresses of load balancers, in the order in which they are given out. */
    public List<String> balancerAddresses() {
        return IntStream.range(firstBalancer(), Math.min(outside.size(), MOST_BALANCERS) - 1)
                .mapToObj(outside::address)
                .toList();
    }

    /** Which addresses of the outside network external machines have, as places in it. */
    IntStream clients() {
        return IntStream.range(FIRST_CLIENT, firstBalancer());
    }

    public String routerNodes() {
        return nodes.address(1);
    }

    /** InternalIP of node {@code number}, counted from 1. */
    public String node(int number) {
        return nodes.address(FIRST_NODE + number - 1);
    }

    public Cidr podRange(int number) {
        return pods.part(number, podBits(family()));
    }

    public String podGateway(int number) {
        return podRange(number).address(1);
    }

    public String kubernetesService() {
        return services.address(1);
    }

    public String dnsService() {
        return services.address(10);
    }
}
