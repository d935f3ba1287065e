package io.hyaline.runtime.sidecar;

import io.hyaline.linux.Signals;
import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs gateways as instances of the node's shared proxy. A gateway that is to end serves on while the news of its end
 * reaches load balancer and nodes, then until its clients have left, and is removed at the end of its pod's grace.
 */
final class GatewayRunner implements ContainerRunner {

    /** As long as new connections may still be sent here. */
    private static final Duration NEWS = Duration.ofSeconds(2);

    /** As long as connections without a request may wait for one, Istio's {@code terminationDrainDuration}. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    private static final long LOOK_MILLIS = 100;

    private final ProxyProcess proxy;
    private final ContainerRunner processes;
    private final Supplier<@Nullable String> controlPlane;

    /** @see SidecarRunner#SidecarRunner */
    GatewayRunner(ProxyProcess proxy, ContainerRunner processes, Supplier<@Nullable String> controlPlane) {
        this.proxy = proxy;
        this.processes = processes;
        this.controlPlane = controlPlane;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return ProxyImage.isRouter(request);
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        Bootstrap bootstrap = Bootstrap.of(request, controlPlane, Bootstrap.Reader.NODE);
        Gateway gateway = new Gateway(proxy, request, processes);
        gateway.add(bootstrap);
        return gateway;
    }

    /** What is done next for a gateway that takes leave. */
    enum Leave {
        /** Serve: every answer is its connection's last. */
        SERVE,
        /** Serve requests that are there, and close connections without one. */
        CLOSE,
        END;

        static Leave decide(Duration sinceAsked, int connections) {
            if (connections == 0 && sinceAsked.compareTo(NEWS) >= 0) {
                return END;
            }
            return sinceAsked.compareTo(IDLE) >= 0 ? CLOSE : SERVE;
        }
    }

    private static final class Gateway extends SharedInstance {
        private final ProxyProcess proxy;
        private final AtomicBoolean leaving = new AtomicBoolean();

        Gateway(ProxyProcess proxy, ContainerRequest request, ContainerRunner processes) {
            super(proxy, request, processes);
            this.proxy = proxy;
        }

        @Override
        public void signal(int signal) {
            if (signal != Signals.TERM) {
                remove(signal);
            } else if (leaving.compareAndSet(false, true)) {
                Thread.ofVirtual().name("leave-" + id()).start(this::leave);
            }
        }

        /** SIGKILL at the end of the pod's grace ends this too. */
        private void leave() {
            long asked = System.nanoTime();
            try {
                Leave next = Leave.SERVE;
                while (next != Leave.END && !exit().isDone()) {
                    int connections = proxy.drain(id(), next == Leave.CLOSE);
                    next = Leave.decide(Duration.ofNanos(System.nanoTime() - asked), connections);
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                remove(Signals.TERM);
            }
        }
    }
}
