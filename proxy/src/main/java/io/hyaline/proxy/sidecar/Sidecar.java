package io.hyaline.proxy.sidecar;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.proxy.bootstrap.BootstrapException;
import io.hyaline.proxy.instance.BindFailure;
import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.plan.PlanCompiler;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.proxy.plan.Resources;
import io.hyaline.proxy.secret.Identity;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.proxy.warm.Need;
import io.hyaline.proxy.warm.Warming;
import io.hyaline.xds.client.ResourceType;
import io.hyaline.xds.client.Update;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a control plane for one {@link ProxyInstance}: asks, warms, and hands over what is complete.
 *
 * <p>All state belongs to the control thread; {@link #start} and {@link #shutdown} may be called from anywhere, and
 * {@link #progress} is a snapshot.
 */
public final class Sidecar {

    private static final int BIND_RETRY_SECONDS = 1;
    private static final Logger LOG = LoggerFactory.getLogger(Sidecar.class);

    /**
     * What all sidecars of a process share.
     *
     * @param control one thread on which every sidecar's state lives
     */
    public record Shared(ScheduledExecutorService control, MessagePool pool) {}

    private final String name;
    private final ProxyInstance instance;
    private final ScheduledExecutorService control;
    private final Bootstrapped bootstrap;
    private final SecretRouter secretRouter;
    private final Timeouts timeouts;
    private final @Nullable Ads ads;

    private final Map<String, Secret> secrets = new LinkedHashMap<>();
    private Warming.Outcome outcome = Warming.Outcome.NOTHING;
    private boolean clustersReceived;
    private boolean listenersReceived;
    private boolean listenersServed;
    private final CompletableFuture<Void> firstApply = new CompletableFuture<>();
    private volatile String applyFailure = "";
    private boolean settling;
    private boolean closed;
    private volatile Progress progress = Progress.NONE;

    /** Refuses, by name of the field, a {@code bootstrap} that cannot be followed. */
    public Sidecar(Bootstrap bootstrap, @Nullable Identity identity, ProxyInstance instance, Shared shared)
            throws BootstrapException {
        this.name = instance.config().name();
        this.instance = instance;
        this.control = shared.control();
        this.bootstrap = Bootstrapped.of(bootstrap);
        this.timeouts = new Timeouts(control, this::settleSoon);
        Parts parts = new Parts(
                this.bootstrap.node(),
                this.bootstrap.fixed().clusters(),
                identity,
                new GrpcChannels(instance.config().sockets(), instance.config().upstreamMark(), control),
                shared.pool().intake(),
                control);
        this.secretRouter = new SecretRouter(parts, this::secretArrived);
        Target server = this.bootstrap.server();
        this.ads = server == null ? null : Ads.open(parts, server, this.bootstrap, this::updated);
    }

    /** The future tells how the first hand-over to the data plane (the static resources) went. */
    public CompletableFuture<Void> start() {
        control.execute(() -> {
            if (ads != null) {
                ads.stream().start();
            }
            secretRouter.begin();
            settle();
        });
        return firstApply;
    }

    public Progress progress() {
        return progress.failing(failure(), applyFailure.isEmpty());
    }

    public ProxyInstance instance() {
        return instance;
    }

    /** Ends the streams, then the data plane. The future is done when nothing of this sidecar will act any more. */
    public CompletableFuture<Void> shutdown() {
        return CompletableFuture.runAsync(
                () -> {
                    closed = true;
                    if (ads != null) {
                        ads.stream().close();
                    }
                    secretRouter.close();
                    timeouts.close();
                    instance.close();
                },
                control);
    }

    private void updated(Update update) {
        clustersReceived |= update.type() == ResourceType.CLUSTER;
        listenersReceived |= update.type() == ResourceType.LISTENER;
        update.rejected()
                .forEach((resource, reason) ->
                        LOG.warn("{}: rejected {} {}: {}", name, update.type(), resource, reason));
        settleSoon();
    }

    private void secretArrived(Secret secret) {
        try {
            PlanCompiler.check(secret);
        } catch (RejectedResource e) {
            LOG.warn("{}: {}", name, e.getMessage());
            return;
        }
        secrets.put(secret.getName(), secret);
        settleSoon();
    }

    /** Several updates that arrive together are warmed once. */
    private void settleSoon() {
        if (!settling) {
            settling = true;
            control.execute(this::settle);
        }
    }

    private void settle() {
        settling = false;
        if (closed) {
            return;
        }
        try {
            warm();
        } catch (RuntimeException e) {
            // Left alone it would vanish in the executor, and the sidecar would wait in silence.
            LOG.error("{}: the configuration cannot be taken over", name, e);
            applyFailed(e);
        }
    }

    private void warm() {
        Set<Need> overdue = timeouts.expired();
        boolean clustersListed = clustersReceived || isAbsentOr(bootstrap.clusters(), overdue);
        Resources arrived = arrived();
        Warming.Outcome next = Warming.step(outcome, new Warming.Arrived(arrived, clustersListed, overdue));
        boolean changed = !firstApply.isDone()
                || !applyFailure.isEmpty()
                || !next.resources().equals(outcome.resources());
        outcome = next;
        follow(next, clustersListed);
        if (changed) {
            handOver(next.resources());
        }
        listenersServed |= (listenersReceived || isAbsentOr(bootstrap.listeners(), overdue))
                && next.resources()
                        .listeners()
                        .keySet()
                        .containsAll(arrived.listeners().keySet());
        progress = progressNow();
    }

    private void follow(Warming.Outcome next, boolean clustersListed) {
        Set<String> fromAds = secretRouter.want(next.needs());
        Set<Need> timed = new HashSet<>(next.missing());
        if (ads != null) {
            if (bootstrap.clusters() != null) {
                ads.client().wantAll(ResourceType.CLUSTER);
                addUnless(clustersReceived, bootstrap.clusters(), timed);
            }
            if (bootstrap.listeners() != null && clustersListed) {
                ads.client().wantAll(ResourceType.LISTENER);
                addUnless(listenersReceived, bootstrap.listeners(), timed);
            }
            ads.client().want(ResourceType.ENDPOINT, names(next.needs(), ResourceType.ENDPOINT));
            ads.client().want(ResourceType.ROUTE, names(next.needs(), ResourceType.ROUTE));
            ads.client().want(ResourceType.SECRET, fromAds);
            ads.stream().send();
        }
        timed.addAll(expiredAndStillNeeded(next, timed));
        timeouts.follow(timed);
    }

    /** An expired need stays expired while something names it, or its stand-in would be taken back. */
    private Set<Need> expiredAndStillNeeded(Warming.Outcome next, Set<Need> timed) {
        Set<Need> kept = new HashSet<>(timeouts.expired());
        kept.removeIf(need -> !next.needs().contains(need)
                && !need.equals(bootstrap.clusters())
                && !need.equals(bootstrap.listeners()));
        kept.removeAll(timed);
        return kept;
    }

    private void handOver(Resources resources) {
        try {
            instance.apply(resources);
            applyFailure = "";
        } catch (BindFailure e) {
            applyFailed(e);
            control.schedule(this::bindAgain, BIND_RETRY_SECONDS, TimeUnit.SECONDS);
        } catch (RejectedResource e) {
            applyFailed(e);
        }
        firstApply.complete(null);
    }

    private void applyFailed(Exception e) {
        String reason = String.valueOf(e.getMessage());
        if (!applyFailure.equals(reason)) {
            LOG.error("{}: not all of the configuration serves: {}", name, reason);
        }
        applyFailure = reason;
        firstApply.completeExceptionally(e);
    }

    /** A port that was taken may be free by now. */
    private void bindAgain() {
        if (!closed && !applyFailure.isEmpty()) {
            settleSoon();
        }
    }

    private Resources arrived() {
        Resources fixed = bootstrap.fixed();
        Map<String, Secret> allSecrets = new LinkedHashMap<>(secrets);
        allSecrets.putAll(fixed.secrets());
        return new Resources(
                received(ResourceType.LISTENER, Listener.class, fixed.listeners()),
                received(ResourceType.CLUSTER, Cluster.class, fixed.clusters()),
                received(ResourceType.ENDPOINT, ClusterLoadAssignment.class, Map.of()),
                received(ResourceType.ROUTE, RouteConfiguration.class, Map.of()),
                received(ResourceType.SECRET, Secret.class, allSecrets));
    }

    /** {@code fixed} before what the stream brought: a static resource cannot be replaced. */
    private <M extends Message> Map<String, M> received(ResourceType type, Class<M> as, Map<String, M> fixed) {
        Map<String, M> result = new LinkedHashMap<>(fixed);
        if (ads != null) {
            ads.client().resources(type).forEach((key, resource) -> result.putIfAbsent(key, as.cast(resource)));
        }
        return result;
    }

    private Progress progressNow() {
        TreeSet<String> waiting = new TreeSet<>();
        outcome.missing().forEach(need -> waiting.add(need.type() + " " + need.name()));
        return new Progress(
                clustersReceived || bootstrap.clusters() == null,
                listenersReceived || bootstrap.listeners() == null,
                listenersServed,
                List.copyOf(waiting),
                "");
    }

    private String failure() {
        if (!applyFailure.isEmpty()) {
            return applyFailure;
        }
        String stream = ads == null ? "" : ads.stream().lastFailure();
        return stream.isEmpty() ? secretRouter.lastFailure() : stream;
    }

    private static boolean isAbsentOr(@Nullable Need need, Set<Need> overdue) {
        return need == null || overdue.contains(need);
    }

    private static void addUnless(boolean received, @Nullable Need need, Set<Need> timed) {
        if (!received && need != null) {
            timed.add(need);
        }
    }

    private static Set<String> names(Set<Need> needs, ResourceType type) {
        Set<String> names = new HashSet<>();
        for (Need need : needs) {
            if (need.type() == type) {
                names.add(need.name());
            }
        }
        return names;
    }
}
