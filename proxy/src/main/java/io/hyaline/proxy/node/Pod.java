package io.hyaline.proxy.node;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.linux.NetNs;
import io.hyaline.proxy.admin.AdminServer;
import io.hyaline.proxy.admin.AdminState;
import io.hyaline.proxy.admin.Metrics;
import io.hyaline.proxy.agent.Agent;
import io.hyaline.proxy.agent.AppMetrics;
import io.hyaline.proxy.agent.AppProbes;
import io.hyaline.proxy.agent.SidecarStatus;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.envoy.EnvoyStatus;
import io.hyaline.proxy.envoy.SdsServer;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.FileOutput;
import io.hyaline.proxy.log.LogOutput;
import io.hyaline.proxy.plan.UpstreamDefaults;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.sidecar.Progress;
import io.hyaline.proxy.sidecar.Sidecar;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.socket.Sockets;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.netty.util.NetUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One pod's sidecar with everything that belongs to it alone. Made and closed on the node thread. */
final class Pod implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Pod.class);

    /** SO_MARK of the proxy's own connections (design: two marks). */
    private static final int UPSTREAM_MARK = 1338;

    private static final int LAST_LINES_MILLIS = 300;

    private final PodSpec spec;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable ProxyInstance instance;

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
        Path netns = spec.netns();
        Sockets sockets = netns == null
                ? new LocalSockets(shared.loops())
                : keep(PodSockets.enter(shared.loops(), shared.thread(), NetNs.open(netns)));
        Bootstrap bootstrap = BootstrapFile.read(spec.bootstrap());
        Path sds = spec.sds();
        SidecarStatus status =
                sds == null ? carry(bootstrap, sockets, shared, quit) : attend(bootstrap, sockets, shared, sds);
        keep(Agent.listen(
                Agent.Config.of(
                        podAddress(bootstrap),
                        AppProbes.parse(spec.env().get(AppProbes.VARIABLE)),
                        applicationMetrics()),
                sockets,
                status));
    }

    /** A wrong annotation costs metrics, never traffic. */
    private @Nullable AppMetrics applicationMetrics() {
        try {
            return AppMetrics.parse(spec.env().get(AppMetrics.VARIABLE));
        } catch (IllegalArgumentException e) {
            LOG.warn("{}: the application's metrics are left out: {}", spec.pod(), e.getMessage());
            return null;
        }
    }

    /** Carries the pod's traffic. */
    private SidecarStatus carry(Bootstrap bootstrap, Sockets sockets, Shared shared, Runnable quit)
            throws IOException, BootstrapException {
        InstanceConfig config = new InstanceConfig(
                spec.pod(),
                sockets,
                log(shared),
                UpstreamDefaults.of(bootstrap.getClusterManager()),
                UPSTREAM_MARK,
                podAddress(bootstrap),
                InstanceConfig.DRAIN_TIME);
        ProxyInstance instance = keep(new ProxyInstance(config, shared.logs()));
        this.instance = instance;
        Sidecar sidecar = new Sidecar(bootstrap, spec.identity(), instance, shared.sidecars());
        parts.push(() -> sidecar.shutdown().join());
        if (bootstrap.hasAdmin()) {
            AdminState admin = new AdminState(
                    bootstrap, instance, Instant.now(), () -> sidecar.progress().ready() ? "" : "waiting", quit);
            keep(AdminServer.listen(admin, sockets, bootstrap.getAdmin()));
        }
        sidecar.start();
        return new Status(sidecar, quit);
    }

    /** Stands beside an Envoy that carries the pod's traffic. */
    private SidecarStatus attend(Bootstrap bootstrap, Sockets sockets, Shared shared, Path sds) throws IOException {
        Identity identity = spec.identity();
        if (identity == null) {
            throw new IllegalArgumentException("field 'identity' is missing: whom is the certificate for?");
        }
        GrpcChannels channels =
                new GrpcChannels(sockets, UPSTREAM_MARK, shared.sidecars().control());
        SdsServer secrets =
                keep(SdsServer.listen(sds, identity, channels, shared.sidecars().control(), shared.loops()));
        var admin = bootstrap.getAdmin().getAddress().getSocketAddress();
        return new EnvoyStatus(
                sockets, new InetSocketAddress(admin.getAddress(), admin.getPortValue()), secrets::lastFailure);
    }

    private LogOutput log(Shared shared) throws IOException {
        Path file = spec.log();
        if (file == null) {
            return new FileOutput();
        }
        CriLog log = CriLog.open(file, InstantSource.system());
        // The last lines of closing connections are still on their way to the writer.
        parts.push(() -> shared.sidecars().control().schedule(log::close, LAST_LINES_MILLIS, TimeUnit.MILLISECONDS));
        return log;
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

    /** Connections that are left; see {@link ProxyInstance#drain}. An Envoy in this proxy's place drains by itself. */
    int drain(boolean close) {
        return instance == null ? 0 : instance.drain(close);
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
        public CompletionStage<String> notReady() {
            return CompletableFuture.completedFuture(reason(sidecar.progress()));
        }

        private static String reason(Progress progress) {
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
        public CompletionStage<String> metrics() {
            int ready = sidecar.progress().ready() ? 1 : 0;
            return CompletableFuture.completedFuture("# TYPE hyaline_sidecar_ready gauge\nhyaline_sidecar_ready "
                    + ready + "\n" + Metrics.prometheus(sidecar.instance()));
        }

        @Override
        public void quit() {
            whenDone.run();
        }
    }
}
