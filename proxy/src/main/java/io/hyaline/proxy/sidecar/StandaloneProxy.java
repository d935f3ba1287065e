package io.hyaline.proxy.sidecar;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.instance.BindFailure;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.plan.RejectedResource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** One proxy that follows its bootstrap alone: static resources, a control plane, or both. */
public final class StandaloneProxy implements AutoCloseable {

    private final ScheduledThreadPoolExecutor control;
    private final Sidecar sidecar;

    private StandaloneProxy(Bootstrap bootstrap, ProxyInstance instance) throws BootstrapException {
        control = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("control").daemon(true).factory());
        control.setRemoveOnCancelPolicy(true);
        try {
            sidecar = new Sidecar(bootstrap, null, instance, new Sidecar.Shared(control, new MessagePool()));
        } catch (BootstrapException | RuntimeException e) {
            control.shutdownNow();
            throw e;
        }
    }

    /** Serves what {@code bootstrap} carries itself, and begins to follow the control plane that it names. */
    public static StandaloneProxy start(Bootstrap bootstrap, ProxyInstance instance)
            throws BootstrapException, RejectedResource {
        StandaloneProxy proxy = new StandaloneProxy(bootstrap, instance);
        try {
            proxy.sidecar.start().join();
            return proxy;
        } catch (CompletionException e) {
            proxy.close();
            switch (e.getCause()) {
                case RejectedResource rejected -> throw rejected;
                case BindFailure failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    public Progress progress() {
        return sidecar.progress();
    }

    /** Ends the streams and the instance. */
    @Override
    public void close() {
        sidecar.shutdown().join();
        control.shutdownNow();
    }
}
