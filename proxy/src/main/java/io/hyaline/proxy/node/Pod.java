package io.hyaline.proxy.node;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.proxy.admin.AdminServer;
import io.hyaline.proxy.admin.AdminState;
import io.hyaline.proxy.admin.Metrics;
import io.hyaline.proxy.agent.Agent;
import io.hyaline.proxy.agent.AppProbes;
import io.hyaline.proxy.agent.SidecarStatus;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.plan.UpstreamDefaults;
import io.hyaline.proxy.sidecar.Sidecar;
import io.netty.channel.EventLoopGroup;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pod's sidecar with everything that belongs to it alone. Made and closed on the node thread. */
final class Pod implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pod.class);

    /** SO_MARK of the proxy's own connections (design: two marks). */
    private static final int UPSTREAM_MARK = 1338;

    private static final int LAST_LINES_MILLIS = 300;

    /** What all pods of a node share. */
    record Shared(EventLoopGroup loops, NamespaceThread thread, Sidecar.Shared sidecars, LogWriter logs) {}

    private final PodSpec spec;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    private Pod(PodSpec spec) {
        this.spec = spec;
    }

    /**
     * Opens everything, or nothing and throws with a message that names what failed.
     *
     * @param quit called, on an event loop, when the application ends its sidecar
     */
    static Pod open(PodSpec spec, Shared shared, Runnable quit) throws IOException, BootstrapException {
        Pod pod = new Pod(spec);
        try {
            pod.build(shared, quit);
            return pod;
        } catch (IOException | BootstrapException | RuntimeException e) {
            pod.close();
            throw e;
        }
    }

    private void build(Shared shared, Runnable quit) throws IOException, BootstrapException {
        PodSockets sockets = keep(PodSockets.enter(shared.loops(), shared.thread(), NetNs.open(spec.netns())));
        Bootstrap bootstrap = BootstrapFile.read(spec.bootstrap());
        CriLog log = CriLog.open(spec.log(), InstantSource.system());
        // The last lines of closing connections are still on their way to the writer.
        parts.push(() -> shared.sidecars().control().schedule(log::close, LAST_LINES_MILLIS, TimeUnit.MILLISECONDS));
        InstanceConfig config = new InstanceConfig(
                spec.pod(),
                sockets,
                log,
                UpstreamDefaults.of(bootstrap.getClusterManager()),
                UPSTREAM_MARK,
                podAddress(bootstrap));
        ProxyInstance instance = keep(new ProxyInstance(config, shared.logs()));
        Sidecar sidecar = new Sidecar(bootstrap, spec.identity(), instance, shared.sidecars());
        parts.push(() -> sidecar.shutdown().join());
        keep(Agent.listen(
                Agent.Config.of(
                        podAddress(bootstrap), AppProbes.parse(spec.env().get(AppProbes.VARIABLE))),
                sockets,
                new Status(sidecar, quit)));
        if (bootstrap.hasAdmin()) {
            AdminState admin = new AdminState(
                    bootstrap, instance, Instant.now(), () -> sidecar.progress().ready() ? "" : "waiting", quit);
            keep(AdminServer.listen(admin, sockets, bootstrap.getAdmin()));
        }
        sidecar.start();
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /** The address that the application listens on: INSTANCE_IP, or the second part of the node id. */
    private InetAddress podAddress(Bootstrap bootstrap) {
        String[] parts = bootstrap.getNode().getId().split("~");
        String address = spec.env().getOrDefault("INSTANCE_IP", parts.length > 1 ? parts[1] : "");
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        if (parsed == null) {
            throw new IllegalArgumentException("the pod's address is neither in env INSTANCE_IP nor in node.id '"
                    + bootstrap.getNode().getId() + "'");
        }
        return parsed;
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                // The other parts must be closed all the same, or their sockets stay.
                LOG.error("{}: closing {} failed", spec.pod(), part, e);
            }
        }
        parts.clear();
    }

    private record Status(Sidecar sidecar, Runnable whenDone) implements SidecarStatus {

        @Override
        public String notReady() {
            var progress = sidecar.progress();
            if (progress.ready()) {
                return "";
            }
            return "config not received: cds=%s lds=%s serving=%s waiting=%s %s\n"
                    .formatted(
                            progress.clustersReceived(),
                            progress.listenersReceived(),
                            progress.serving(),
                            progress.waitingFor(),
                            progress.failure());
        }

        @Override
        public String metrics() {
            int ready = sidecar.progress().ready() ? 1 : 0;
            return "# TYPE hyaline_sidecar_ready gauge\nhyaline_sidecar_ready " + ready + "\n"
                    + Metrics.prometheus(sidecar.instance());
        }

        @Override
        public void quit() {
            whenDone.run();
        }
    }
}
