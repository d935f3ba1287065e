package io.hyaline.proxy.sidecar;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.instance.InstanceConfig;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.log.LogWriter;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * {@code hyaline proxy -c FILE}: one proxy in this process's own namespace, with static resources, a control plane, or
 * both.
 */
public final class StandaloneProxy implements AutoCloseable {

    private final EventLoopGroup loops;
    private final ScheduledThreadPoolExecutor control;
    private final LogWriter logs = new LogWriter();
    private final Sidecar sidecar;

    private StandaloneProxy(Bootstrap bootstrap, InstanceConfig config) {
        loops = config.sockets().loops();
        control = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("control").daemon(true).factory());
        control.setRemoveOnCancelPolicy(true);
        sidecar = new Sidecar(
                bootstrap, null, new ProxyInstance(config, logs), new Sidecar.Shared(control, new MessagePool()));
        sidecar.start();
    }

    /**
     * Begins to follow {@code bootstrap}; static resources are handed over at once.
     *
     * @throws IllegalArgumentException naming the field that cannot be followed
     */
    public static StandaloneProxy start(Bootstrap bootstrap, InstanceConfig config) {
        return new StandaloneProxy(bootstrap, config);
    }

    public Progress progress() {
        return sidecar.progress();
    }

    public ProxyInstance instance() {
        return sidecar.instance();
    }

    /** Ends the proxy and the event loops that it was given. */
    @Override
    public void close() {
        sidecar.shutdown().join();
        control.shutdownNow();
        logs.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
