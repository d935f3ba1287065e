package io.hyaline.runtime.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.linux.Command;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.services.Caller;
import io.hyaline.runtime.services.Echo;
import io.hyaline.testkit.Eventually;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A host with a way to the world, which a cluster takes. */
@Tag("netns")
class EgressTest {

    private static final AddressPlan PLAN = AddressPlan.DEFAULT_DUAL;
    private static final String SWITCHES =
            "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/uplink/accept_ra";

    private NamespaceThread thread;
    private NetNs host;
    private NetNs world;

    @BeforeEach
    void wire() {
        thread = new NamespaceThread("egress-test");
        host = NetNs.create("host");
        world = NetNs.create("world");
        ip(host, """
                link set lo up
                link add uplink type veth peer name below netns %s
                addr add 192.0.2.2/24 dev uplink
                addr add 2001:db8:ffff::2/64 dev uplink nodad
                link set uplink up
                route add default via 192.0.2.1
                """.formatted(world.path()));
        ip(world, """
                addr add 192.0.2.1/24 dev below
                addr add 2001:db8:ffff::1/64 dev below nodad
                link set below up
                """);
    }

    @AfterEach
    void cut() {
        world.close();
        host.close();
        thread.close();
    }

    private void ip(NetNs where, String lines) {
        Command.of("ip", "-batch", "-").withInput(lines).check(thread, where);
    }

    private String switches() {
        return Command.of("sh", "-c", SWITCHES).check(thread, host);
    }

    @Test
    void whatTheHostReachesPodsReachWithItsAddress() throws IOException {
        ip(host, "route add default via 2001:db8:ffff::1\n");
        String before = switches();
        assertThat(before).isEqualTo("0\n0\n1\n");
        try (Fabric fabric = Fabric.create(PLAN, host);
                Echo echo = Echo.start(thread, world, "world", 8080)) {
            PodNet pod = fabric.addNode(1).addPod("pod");
            assertThat(fabric.openEgress()).containsExactly(Ip.V4, Ip.V6);
            assertThat(switches()).isEqualTo("1\n1\n2\n");
            for (String[] way :
                    new String[][] {{"192.0.2.1", "world 192.0.2.2"}, {"2001:db8:ffff::1", "world 2001:db8:ffff::2"}}) {
                Eventually.holds(
                        way[1],
                        () -> Caller.ask(thread, pod.namespace(), way[0], 8080).equals(way[1]));
            }
            assertThat(echo).isNotNull();
        }
        assertThat(switches()).isEqualTo(before);
    }

    @Test
    void aFamilyWithoutAWayIsLeftOut() {
        String before = switches();
        try (Fabric fabric = Fabric.create(PLAN, host)) {
            assertThat(fabric.openEgress()).containsExactly(Ip.V4);
            assertThat(switches()).isEqualTo("1\n0\n1\n");
        }
        assertThat(switches()).isEqualTo(before);
        try (Fabric fabric = Fabric.create(AddressPlan.DEFAULT_V6, host)) {
            assertThat(fabric.openEgress()).isEmpty();
        }
    }
}
