package io.hyaline.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.admin.AdminServer;
import io.hyaline.proxy.admin.AdminState;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.instance.BindFailure;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.FileOutput;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.node.NodeProxy;
import io.hyaline.proxy.node.OwnPod;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.proxy.plan.UpstreamDefaults;
import io.hyaline.proxy.sidecar.StandaloneProxy;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.socket.NodeAddress;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code hyaline proxy}, in each of its three ways. */
public final class ProxyMain {

    private static final Logger LOG = LoggerFactory.getLogger(ProxyMain.class);

    private ProxyMain() {}

    /**
     * Options of the command line.
     *
     * @param concurrency event loops; 0 takes one per processor
     */
    public record Options(int concurrency) {}

    /** Runs until the process is told to stop; returns the exit code. Messages go to {@code err}. */
    public static int run(Path file, Options options, PrintStream err) {
        try {
            Bootstrap bootstrap = BootstrapFile.read(file);
            serve(bootstrap, options);
            return 0;
        } catch (BootstrapException | RejectedResource | BindFailure | IllegalArgumentException | IOException e) {
            err.println("hyaline proxy: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** As {@link #run}, for the sidecar of the pod that this process is in. */
    public static int runSidecar(Path description, Options options, PrintStream err) {
        try (Lifetime lifetime = new Lifetime();
                OwnPod _ = OwnPod.open(description, loops(options), lifetime::stop)) {
            lifetime.awaitStop();
            return 0;
        } catch (BootstrapException | IllegalArgumentException | IOException e) {
            err.println("hyaline proxy: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    /** As {@link #run}, for all sidecars of a node, told through the unix socket {@code control}. */
    public static int runNode(Path control, Options options, PrintStream err) {
        CountDownLatch stop = new CountDownLatch(1);
        try (NodeProxy _ = NodeProxy.start(control, loops(options))) {
            Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
            stop.await();
            return 0;
        } catch (IOException e) {
            err.println("hyaline proxy: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static int loops(Options options) {
        return options.concurrency() > 0
                ? options.concurrency()
                : Runtime.getRuntime().availableProcessors();
    }

    private static void serve(Bootstrap bootstrap, Options options)
            throws BootstrapException, RejectedResource, IOException, InterruptedException {
        EventLoopGroup loops = LocalSockets.newLoops(loops(options));
        InstanceConfig config = new InstanceConfig(
                bootstrap.getNode().getId(),
                new LocalSockets(loops),
                new FileOutput(),
                UpstreamDefaults.of(bootstrap.getClusterManager()),
                0,
                NodeAddress.find(),
                InstanceConfig.DRAIN_TIME);
        try (Lifetime lifetime = new Lifetime();
                LogWriter writer = new LogWriter();
                ProxyInstance instance = new ProxyInstance(config, writer);
                StandaloneProxy proxy = StandaloneProxy.start(bootstrap, instance)) {
            Supplier<String> notReady = () -> proxy.progress().ready() ? "" : "waiting for configuration";
            administered(bootstrap, instance, notReady, lifetime);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2000);
        }
    }

    private static void administered(
            Bootstrap bootstrap, ProxyInstance instance, Supplier<String> notReady, Lifetime lifetime)
            throws IOException, InterruptedException {
        if (!bootstrap.hasAdmin()) {
            lifetime.awaitStop();
            return;
        }
        AdminState state = new AdminState(bootstrap, instance, Instant.now(), notReady, lifetime::stop);
        try (AdminServer _ = AdminServer.listen(state, instance.config().sockets(), bootstrap.getAdmin())) {
            lifetime.awaitStop();
        }
    }

    /** From the start of the process until a signal, or the admin endpoint, ends it; a signal waits for the orderly end. */
    private static final class Lifetime implements AutoCloseable {

        private static final long ORDERLY_END_SECONDS = 5;

        private final CountDownLatch stop = new CountDownLatch(1);
        private final CountDownLatch ended = new CountDownLatch(1);

        Lifetime() {
            Runtime.getRuntime().addShutdownHook(new Thread(this::signalled, "stop"));
        }

        private void signalled() {
            stop.countDown();
            try {
                if (!ended.await(ORDERLY_END_SECONDS, TimeUnit.SECONDS)) {
                    LOG.warn("the proxy did not end within {} s", ORDERLY_END_SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void stop() {
            stop.countDown();
        }

        void awaitStop() throws InterruptedException {
            stop.await();
        }

        @Override
        public void close() {
            ended.countDown();
        }
    }
}
