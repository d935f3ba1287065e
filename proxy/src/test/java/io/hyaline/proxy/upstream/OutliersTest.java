package io.hyaline.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.match.Cidr;
import io.hyaline.proxy.stats.Counters;
import io.hyaline.proxy.upstream.ClusterPlan.Balance;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan;
import io.hyaline.proxy.upstream.ClusterPlan.OutlierPlan.Trigger;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutliersTest {

    private static final Trigger FIVE = new Trigger(5, 100);
    private static final Trigger NEVER = new Trigger(5, 0);

    private final Worker worker = new Worker(0, new EmbeddedChannel().eventLoop());
    private final Counters<OutlierCounter> counters = new Counters<>("c.", OutlierCounter.class, 1);
    private final List<Host> hosts = new ArrayList<>();
    private long now;
    private int changes;

    private static OutlierPlan plan(Trigger gateway, boolean split, int maxEjectedPercent, boolean oneAlways) {
        return new OutlierPlan(
                FIVE,
                gateway,
                FIVE,
                split,
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                maxEjectedPercent,
                oneAlways);
    }

    private Outliers watch(OutlierPlan plan, int count) {
        ClusterPlan cluster = new ClusterPlan(
                "c",
                "c",
                new ClusterPlan.Found(
                        ClusterPlan.Discovery.STATIC, "c", ClusterPlan.Family.AUTO, Duration.ofSeconds(5)),
                new ClusterPlan.Balancing(Balance.ROUND_ROBIN, 50, false, plan, null),
                ClusterPlan.EndpointSet.EMPTY,
                new ClusterPlan.Connecting(Duration.ofSeconds(5), 0),
                ClusterPlan.Sockets.DEFAULT,
                ClusterPlan.Protocol.DEFAULT,
                ClusterPlan.Security.PLAIN,
                ClusterPlan.Breakers.DEFAULT,
                "content");
        for (int i = 0; i < count; i++) {
            InetSocketAddress address = new InetSocketAddress(Cidr.address("10.0.0.1"), 1000 + i);
            hosts.add(new Host(new Endpoint(address, "", 1, true, Map.of(), ""), cluster, 1));
        }
        return new Outliers(
                plan,
                new Outliers.Watched() {
                    @Override
                    public List<Host> hosts() {
                        return hosts;
                    }

                    @Override
                    public void changed() {
                        changes++;
                    }

                    @Override
                    public boolean retired() {
                        return false;
                    }
                },
                counters,
                () -> now);
    }

    private void answers(Outliers outliers, Host host, int... statuses) {
        for (int status : statuses) {
            outliers.answered(worker, host, status);
        }
    }

    @Test
    void ejectsAfterServerErrorsInARow() {
        Outliers outliers = watch(plan(NEVER, false, 50, false), 2);
        answers(outliers, hosts.get(0), 500, 500, 500, 500, 200, 500, 500, 500, 500);
        assertThat(hosts.get(0).ejected()).isFalse();
        answers(outliers, hosts.get(0), 503);
        assertThat(hosts.get(0).ejected()).isTrue();
        assertThat(hosts.get(0).healthy()).isFalse();
        assertThat(changes).isEqualTo(1);
        assertThat(counters.sum(OutlierCounter.EJECTIONS_ENFORCED_CONSECUTIVE_5XX))
                .isEqualTo(1);
    }

    @Test
    void keepsEnoughHosts() {
        Outliers outliers = watch(plan(NEVER, false, 50, false), 2);
        answers(outliers, hosts.get(0), 500, 500, 500, 500, 500);
        answers(outliers, hosts.get(1), 500, 500, 500, 500, 500);
        assertThat(hosts).extracting(Host::ejected).containsExactly(true, false);
        assertThat(counters.sum(OutlierCounter.EJECTIONS_OVERFLOW)).isEqualTo(1);
    }

    @Test
    void ejectsTheOnlyHostOnlyWhenTold() {
        answers(watch(plan(NEVER, false, 10, false), 1), hosts.get(0), 500, 500, 500, 500, 500);
        assertThat(hosts.get(0).ejected()).isFalse();
        hosts.clear();
        answers(watch(plan(NEVER, false, 10, true), 1), hosts.get(0), 500, 500, 500, 500, 500);
        assertThat(hosts.get(0).ejected()).isTrue();
    }

    @Test
    void tellsGatewayErrorsApart() {
        Outliers outliers = watch(plan(new Trigger(2, 100), false, 100, false), 2);
        answers(outliers, hosts.get(0), 500, 502, 500, 503);
        assertThat(hosts.get(0).ejected()).isFalse();
        answers(outliers, hosts.get(0), 504);
        assertThat(hosts.get(0).ejected()).isTrue();
        assertThat(counters.sum(OutlierCounter.EJECTIONS_ENFORCED_CONSECUTIVE_GATEWAY_FAILURE))
                .isEqualTo(1);
    }

    @Test
    void countsFailuresOfTheNetworkAsErrorsUnlessTheyAreSplit() {
        Outliers together = watch(plan(NEVER, false, 100, false), 1);
        answers(together, hosts.get(0), 500, 500, 500, 500);
        together.failed(worker, hosts.get(0), false);
        assertThat(hosts.get(0).ejected()).isTrue();
        hosts.clear();
        Outliers split = watch(plan(NEVER, true, 100, false), 1);
        answers(split, hosts.get(0), 500, 500, 500, 500);
        for (int i = 0; i < 4; i++) {
            split.failed(worker, hosts.get(0), false);
        }
        assertThat(hosts.get(0).ejected()).isFalse();
        split.failed(worker, hosts.get(0), true);
        assertThat(hosts.get(0).ejected()).isTrue();
    }

    @Test
    void takesBackLaterEveryTime() {
        Outliers outliers = watch(plan(NEVER, false, 100, false), 1);
        answers(outliers, hosts.get(0), 500, 500, 500, 500, 500);
        after(29, outliers);
        assertThat(hosts.get(0).ejected()).isTrue();
        after(1, outliers);
        assertThat(hosts.get(0).ejected()).isFalse();
        answers(outliers, hosts.get(0), 500, 500, 500, 500, 500);
        after(59, outliers);
        assertThat(hosts.get(0).ejected()).isTrue();
        after(1, outliers);
        assertThat(hosts.get(0).ejected()).isFalse();
        assertThat(counters.sum(OutlierCounter.EJECTIONS_ACTIVE)).isZero();
    }

    private void after(int seconds, Outliers outliers) {
        now += seconds * 1_000_000_000L;
        outliers.sweep(worker);
    }
}
