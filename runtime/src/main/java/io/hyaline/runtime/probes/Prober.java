package io.hyaline.runtime.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs the probes of one run of a container until it is closed, and tells its listener what changes. */
public final class Prober implements AutoCloseable {

    /** Hears of changes, on any thread. */
    public interface Listener {

        /** The startup probe succeeded, or there is none. */
        void started();

        void ready(boolean ready);

        /** Liveness or startup failed for good; the container has to be restarted. */
        void failed(String probe, String message);

        /** One try failed. */
        void unhealthy(String probe, String message);
    }

    /** Threads shared by all probers: one that keeps time, any number that wait for answers. */
    public record Threads(ScheduledExecutorService timer, ExecutorService workers) {}

    private static final long EARLY_MILLIS = 200;

    private final Checks checks;
    private final Target target;
    private final Threads threads;
    private final Listener listener;
    private volatile boolean closed;

    private Prober(Checks checks, Target target, Threads threads, Listener listener) {
        this.checks = checks;
        this.target = target;
        this.threads = threads;
        this.listener = listener;
    }

    /** Starts the container's probes. */
    public static Prober start(Checks checks, Target target, Threads threads, Listener listener) {
        Prober prober = new Prober(checks, target, threads, listener);
        Probe startup = target.container().getStartupProbe();
        if (startup == null) {
            prober.afterStartup();
        } else {
            prober.schedule("Startup", startup, ProbeCount.startingAs(false));
        }
        return prober;
    }

    private void afterStartup() {
        Container container = target.container();
        listener.started();
        if (container.getReadinessProbe() == null) {
            listener.ready(true);
        } else {
            schedule("Readiness", container.getReadinessProbe(), ProbeCount.startingAs(false));
        }
        if (container.getLivenessProbe() != null) {
            schedule("Liveness", container.getLivenessProbe(), ProbeCount.startingAs(true));
        }
    }

    private void schedule(String kind, Probe probe, ProbeCount count) {
        new Repeat(kind, probe, count).next(seconds(probe.getInitialDelaySeconds(), 0) * 1000L);
    }

    /** One probe, tried again and again, never twice at a time. */
    private final class Repeat {
        private final String kind;
        private final Probe probe;
        private final long firstTry = System.nanoTime();
        private ProbeCount count;

        Repeat(String kind, Probe probe, ProbeCount count) {
            this.kind = kind;
            this.probe = probe;
            this.count = count;
        }

        void next(long delayMillis) {
            if (!closed) {
                ScheduledFuture<?> timer = threads.timer()
                        .schedule(() -> threads.workers().execute(this::run), delayMillis, TimeUnit.MILLISECONDS);
                assert timer != null;
            }
        }

        void run() {
            Verdict verdict = attempt(probe);
            if (closed) {
                return;
            }
            long periodMillis = seconds(probe.getPeriodSeconds(), 10) * 1000L;
            if (!verdict.good() && mayBeStartingUp(periodMillis)) {
                next(Math.min(periodMillis, EARLY_MILLIS));
                return;
            }
            if (!verdict.good()) {
                listener.unhealthy(kind, verdict.message());
            }
            boolean before = count.good();
            int failures = seconds(probe.getFailureThreshold(), 3);
            count = count.after(verdict.good(), seconds(probe.getSuccessThreshold(), 1), failures);
            if (conclude(before, failures, verdict)) {
                next(periodMillis);
            }
        }

        /**
         * During its first period a container is asked more often and a refusal does not count, so that it is known to be
         * ready soon after it is, and not a whole period later.
         */
        private boolean mayBeStartingUp(long periodMillis) {
            return !kind.equals("Liveness")
                    && count.streak() == 0
                    && System.nanoTime() - firstTry < TimeUnit.MILLISECONDS.toNanos(periodMillis);
        }

        /** Tells the listener; returns whether to go on. */
        private boolean conclude(boolean before, int failures, Verdict verdict) {
            switch (kind) {
                case "Startup" -> {
                    if (count.good()) {
                        afterStartup();
                        return false;
                    }
                    if (count.failed(failures)) {
                        listener.failed(kind, verdict.message());
                        return false;
                    }
                }
                case "Liveness" -> {
                    if (!count.good()) {
                        listener.failed(kind, verdict.message());
                        return false;
                    }
                }
                default -> {
                    if (count.good() != before) {
                        listener.ready(count.good());
                    }
                }
            }
            return true;
        }
    }

    private Verdict attempt(Probe probe) {
        int timeout = seconds(probe.getTimeoutSeconds(), 1);
        try {
            if (probe.getHttpGet() != null) {
                return checks.http(probe.getHttpGet(), target, timeout);
            }
            if (probe.getTcpSocket() != null) {
                String host = probe.getTcpSocket().getHost();
                return checks.tcp(host == null ? "" : host, probe.getTcpSocket().getPort(), target, timeout);
            }
            if (probe.getGrpc() != null) {
                return checks.grpc(probe.getGrpc(), target, timeout);
            }
            if (probe.getExec() != null) {
                return checks.exec(probe.getExec(), target, timeout);
            }
            return Verdict.bad("the probe has no httpGet, tcpSocket, grpc or exec");
        } catch (RuntimeException e) {
            return Verdict.bad(String.valueOf(e.getMessage()));
        }
    }

    /** Calls a life-cycle hook once. */
    public static Verdict hook(Checks checks, LifecycleHandler hook, Target target, int timeoutSeconds) {
        try {
            if (hook.getExec() != null) {
                return checks.exec(hook.getExec(), target, timeoutSeconds);
            }
            if (hook.getHttpGet() != null) {
                return checks.http(hook.getHttpGet(), target, timeoutSeconds);
            }
            if (hook.getSleep() != null) {
                long seconds = Math.min(hook.getSleep().getSeconds(), timeoutSeconds);
                TimeUnit.SECONDS.sleep(seconds);
            }
            return Verdict.GOOD;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Verdict.bad("interrupted");
        } catch (RuntimeException e) {
            return Verdict.bad(String.valueOf(e.getMessage()));
        }
    }

    private static int seconds(@Nullable Integer value, int otherwise) {
        return value == null || value <= 0 ? otherwise : value;
    }

    @Override
    public void close() {
        closed = true;
    }
}
