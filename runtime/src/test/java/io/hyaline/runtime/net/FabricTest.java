package io.hyaline.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.services.Caller;
import io.hyaline.runtime.services.Echo;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The wires alone, without rules: who reaches whom, and how. */
@Tag("netns")
class FabricTest {

    /** What curl ends with when it cannot connect, or not in time. */
    private static final List<Integer> UNREACHED = List.of(7, 28);

    private static int callByLink(NamespaceThread thread, PodNet from, PodNet to) {
        String address = Command.of("ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "link")
                .check(thread, to.namespace())
                .replaceAll("(?s).*inet6 (fe80[^/]*)/.*", "$1");
        return Command.of("curl", "-sg", "-m", "2", "http://[" + address + "%25eth0]:8080/")
                .run(thread, from.namespace())
                .exitCode();
    }

    static List<AddressPlan> plans() {
        return List.of(AddressPlan.DEFAULT, AddressPlan.DEFAULT_V6, AddressPlan.DEFAULT_DUAL);
    }

    @ParameterizedTest
    @MethodSource("plans")
    void podsReachEachOtherThroughTheirNodesAtOnce(AddressPlan plan) throws IOException {
        try (NamespaceThread thread = new NamespaceThread("fabric-test");
                NetNs host = NetNs.create("host");
                Fabric fabric = Fabric.create(plan, host)) {
            NodeNet one = fabric.addNode(1);
            NodeNet two = fabric.addNode(2);
            fabric.addBalancer();
            PodNet caller = one.addPod("caller");
            PodNet neighbour = one.addPod("neighbour");
            PodNet far = two.addPod("far");
            assertThat(caller.addresses())
                    .isEqualTo(plan.each(f -> f.podRange(1).address(2)));
            try (Echo near = Echo.start(thread, neighbour.namespace(), "neighbour", 8080);
                    Echo away = Echo.start(thread, far.namespace(), "far", 8080);
                    Echo node = Echo.start(thread, one.namespace(), "node", 8080);
                    Echo outside = Echo.start(thread, host, "host", 8080)) {
                for (int i = 0; i < plan.families().size(); i++) {
                    FamilyPlan family = plan.families().get(i);
                    String own = caller.addresses().get(i);
                    for (String[] way : new String[][] {
                        {neighbour.addresses().get(i), "neighbour " + own},
                        {far.addresses().get(i), "far " + own},
                        {family.node(1), "node " + own},
                        {family.hostAddress(), "host " + family.routerOutside()}
                    }) {
                        assertThat(Caller.ask(thread, caller.namespace(), way[0], 8080))
                                .isEqualTo(way[1]);
                    }
                    String known = Command.of("ip", family.family().option(), "neighbour", "show", "dev", "eth0")
                            .check(thread, caller.namespace());
                    assertThat(known)
                            .contains(family.podGateway(1))
                            .doesNotContain(neighbour.addresses().get(i));
                }
                if (plan.of(Ip.V6).isPresent()) {
                    assertThat(callByLink(thread, caller, neighbour)).isIn(UNREACHED);
                }
                assertThat(List.of(near, away, node, outside)).doesNotContainNull();
            }
        }
    }
}
