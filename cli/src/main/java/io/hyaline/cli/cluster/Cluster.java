package io.hyaline.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.apiserver.ApiServer;
import io.hyaline.apiserver.ApiServerConfig;
import io.hyaline.apiserver.http.HttpLimits;
import io.hyaline.apiserver.stream.KubectlStreams;
import io.hyaline.linux.NetNs;
import io.hyaline.objects.Kube;
import io.hyaline.runtime.ClusterRuntime;
import io.hyaline.runtime.RuntimeConfig;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.FamilyPlan;
import io.hyaline.runtime.publish.Destination;
import io.hyaline.runtime.publish.PublishedPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main process of a cluster: every role, wired together. They talk through the Kubernetes API and xDS all the same. */
public final class Cluster implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    private final Home home;
    private final Options options;
    private final AddressPlan addresses;
    private final Progress progress;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Cluster(Home home, Options options) {
        this.home = home;
        this.options = options;
        this.addresses = options.addresses();
        this.progress = Progress.in(home);
    }

    /** Runs a cluster until the process is told to stop; returns the exit code. */
    public static int run(Home home, Options options) {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            stop.countDown();
            awaitUninterruptibly(stopped);
        }));
        try (Cluster cluster = new Cluster(home, options)) {
            cluster.start();
            awaitUninterruptibly(stop);
            return 0;
        } catch (IOException | RuntimeException e) {
            log.error("the cluster cannot go on", e);
            Progress.in(home).failed(e.getMessage() == null ? e.toString() : e.getMessage());
            return 1;
        } finally {
            stopped.countDown();
        }
    }

    private void start() throws IOException {
        Files.createDirectories(home.data());
        String own = addresses.primary().hostAddress();
        List<String> listening = new ArrayList<>(List.of("127.0.0.1"));
        listening.addAll(addresses.each(FamilyPlan::hostAddress));
        ApiServer api = add(ApiServer.start(new ApiServerConfig(
                home.data(),
                listening,
                options.apiPort(),
                own,
                addresses.each(f -> f.services().toString()),
                home.kubeconfig(),
                new KubectlStreams(),
                HttpLimits.DEFAULT,
                InstantSource.system())));
        progress.step("API server on 127.0.0.1:" + api.port());
        KubernetesClient client = add(Kube.connect(home.kubeconfig()));
        Install install = new Install(client);
        install.base(own);
        progress.step("Istio's kinds are known");
        ClusterRuntime runtime = add(ClusterRuntime.start(new RuntimeConfig(
                home.kubeconfig(),
                home.imagesHome(),
                home.run(),
                options.nodes(),
                addresses,
                add(NetNs.current()),
                options.egress(),
                SidecarPrograms.of(options.sidecars()),
                true)));
        Outside.write(home, runtime.outsideNetwork(), addresses);
        publish(api.port(), runtime);
        progress.step(options.nodes() + " nodes");
        if (options.egress()) {
            addresses.each(FamilyPlan::family).stream()
                    .filter(f -> !runtime.egress().contains(f))
                    .forEach(f ->
                            progress.step("no --egress for " + f.api() + ": this host has no default route for it"));
        }
        add(ControlPlane.start(home, own, install));
        progress.step("pilot and injection answer");
        install.gateway();
        progress.ready();
    }

    private void publish(int apiPort, ClusterRuntime runtime) throws IOException {
        List<Destination> destinations = new ArrayList<>();
        if (options.apart()) {
            destinations.add(Destination.here(new InetSocketAddress(InetAddress.getLoopbackAddress(), apiPort)));
        }
        options.published()
                .forEach(each ->
                        destinations.add(runtime.balanced("istio-system", "istio-ingressgateway", each.port())));
        if (!destinations.isEmpty()) {
            add(PublishedPorts.receive(home.ports(), destinations));
        }
    }

    private <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                // The others must be closed all the same; what is left ends with the init's namespaces.
                log.warn("closing {}: {}", part.getClass().getSimpleName(), e.toString());
            }
        }
    }
}
