package io.hyaline.runtime.net;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Who gets which address. The ranges are options of {@code up}; everything else follows from them. */
public record AddressPlan(Cidr outside, Cidr nodes, Cidr pods, Cidr services) {

    private static final int FIRST_NODE = 93;
    private static final int POD_RANGE_BITS = 24;

    /** The ranges of docs and demos. */
    public static final AddressPlan DEFAULT = new AddressPlan(
            Cidr.parse("203.0.113.0/24"),
            Cidr.parse("10.0.0.0/24"),
            Cidr.parse("172.20.0.0/16"),
            Cidr.parse("10.96.0.0/16"));

    public AddressPlan {
        List<String> names = List.of("--outside-range", "--node-range", "--pod-range", "--service-range");
        List<Cidr> ranges = List.of(outside, nodes, pods, services);
        for (int i = 0; i < ranges.size(); i++) {
            for (int j = i + 1; j < ranges.size(); j++) {
                if (ranges.get(i).overlaps(ranges.get(j))) {
                    throw new IllegalArgumentException(names.get(i) + " " + ranges.get(i) + " and " + names.get(j) + " "
                            + ranges.get(j) + " overlap; choose ranges that do not");
                }
            }
        }
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

    /** How many addresses the outside network has, its own and the broadcast address among them. */
    private int outsideSize() {
        return 1 << (32 - outside.prefixBits());
    }

    /** Where the addresses of load balancers begin: at the 80th of a range that is large enough, else at the half. */
    private int firstBalancer() {
        return outsideSize() >= 128 ? 80 : outsideSize() / 2;
    }

    /** Addresses of load balancers, in the order in which they are given out. */
    public List<String> balancerAddresses() {
        return IntStream.range(firstBalancer(), outsideSize() - 1)
                .mapToObj(outside::address)
                .toList();
    }

    /** Addresses of external machines. */
    public List<String> clientAddresses() {
        return IntStream.range(4, firstBalancer()).mapToObj(outside::address).toList();
    }

    public String routerNodes() {
        return nodes.address(1);
    }

    /** InternalIP of node {@code number}, counted from 1. */
    public String node(int number) {
        return nodes.address(FIRST_NODE + number - 1);
    }

    public Cidr podRange(int number) {
        return pods.part(number, POD_RANGE_BITS);
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

    /** One sentence for each range of the host that the outside network would cover; empty when it may be used. */
    public List<String> conflicts(List<Cidr> hostRanges) {
        List<String> found = new ArrayList<>();
        for (Cidr range : hostRanges) {
            if (range.prefixBits() > 0 && range.overlaps(outside)) {
                found.add("the host already uses " + range + ", which overlaps --outside-range " + outside
                        + "; choose another range with --outside-range");
            }
        }
        return found;
    }
}
