package io.hyaline.proxy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.bootstrap.BootstrapFile;
import io.hyaline.proxy.instance.BindFailure;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.FileOutput;
import io.hyaline.proxy.log.LogWriter;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.proxy.plan.UpstreamDefaults;
import io.hyaline.proxy.sidecar.StandaloneProxy;
import io.hyaline.proxy.socket.LocalSockets;
import io.hyaline.proxy.socket.NodeAddress;
import io.netty.channel.EventLoopGroup;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** {@code hyaline proxy -c FILE}: the proxy in this process's own network namespace. */
public final class ProxyMain {

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
        } catch (BootstrapException | RejectedResource | BindFailure | IllegalArgumentException e) {
            err.println("hyaline proxy: " + e.getMessage());
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void serve(Bootstrap bootstrap, Options options)
            throws BootstrapException, RejectedResource, InterruptedException {
        int threads = options.concurrency() > 0
                ? options.concurrency()
                : Runtime.getRuntime().availableProcessors();
        EventLoopGroup loops = LocalSockets.newLoops(threads);
        CountDownLatch stop = new CountDownLatch(1);
        try (LogWriter writer = new LogWriter()) {
            InstanceConfig config = new InstanceConfig(
                    bootstrap.getNode().getId(),
                    new LocalSockets(loops),
                    new FileOutput(),
                    UpstreamDefaults.of(bootstrap.getClusterManager()),
                    0,
                    NodeAddress.find());
            try (ProxyInstance instance = new ProxyInstance(config, writer);
                    StandaloneProxy _ = StandaloneProxy.start(bootstrap, instance)) {
                Runtime.getRuntime().addShutdownHook(new Thread(stop::countDown, "stop"));
                stop.await();
            }
        } finally {
            loops.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
                    .awaitUninterruptibly(2000);
        }
    }

    public static void main(String[] arguments) {
        int concurrency = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        System.exit(run(Path.of(arguments[0]), new Options(concurrency), System.err));
    }
}
