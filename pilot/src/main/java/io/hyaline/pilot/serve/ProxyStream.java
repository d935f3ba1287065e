package io.hyaline.pilot.serve;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.auth.Caller;
import io.hyaline.pilot.generate.Generate;
import io.hyaline.pilot.generate.Moment;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.pilot.patch.Touching;
import io.hyaline.xds.server.NodeConfig;
import io.hyaline.xds.server.ResourceStatus;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One proxy's ADS stream, of either kind. Its lock guards the session, which requests and pushes share.
 *
 * @param <Q> the request type
 * @param <R> the response type
 */
final class ProxyStream<Q, R> implements StreamObserver<Q>, Connection {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyStream.class);

    /** The two kinds of session, as this stream needs them. */
    interface Session<Q, R> {
        Node nodeOf(Q request);

        /** The client's words when the request is a NACK, else an empty string. */
        String refusalIn(Q request);

        List<R> request(Q request);

        List<R> update(NodeConfig config);

        List<ResourceStatus> statuses();
    }

    /** What the proxy has been told, and of which snapshot. */
    private record Shown(MeshSnapshot snapshot, Configs.Told told) {}

    private final Session<Q, R> session;
    private final ServerCallStreamObserver<R> client;
    private final Connections connections;
    private final @Nullable Caller caller;
    private final Instant since;
    private @Nullable ProxyNode node;
    private @Nullable Moment waiting;
    private @Nullable Shown shown;
    private final Complaints complaints = new Complaints();
    private boolean ended;

    ProxyStream(Session<Q, R> session, StreamObserver<R> client, Connections connections, Instant since) {
        this.session = session;
        this.client = (ServerCallStreamObserver<R>) client;
        this.connections = connections;
        this.caller = Caller.current();
        this.since = since;
        this.client.setOnCancelHandler(this::end);
        this.client.setOnReadyHandler(() -> connections.push(this));
    }

    @Override
    public void onNext(Q request) {
        try {
            ProxyNode introduced = introduced(request);
            boolean first;
            synchronized (this) {
                first = node == null;
                node = introduced;
            }
            if (first) {
                LOG.info("{} connected", introduced.id());
                connections.opened(this);
                Moment current = connections.moment();
                if (current != null) {
                    show(current);
                }
            }
            String refusal = session.refusalIn(request);
            if (!refusal.isEmpty()) {
                LOG.warn("{} refused: {}", introduced.id(), refusal);
            }
            boolean matters;
            synchronized (this) {
                session.request(request).forEach(this::send);
                matters = !refusal.isEmpty() || complaints.waiting();
            }
            if (matters) {
                review(true);
            }
        } catch (StatusRuntimeException e) {
            end();
            client.onError(e);
        }
    }

    @Override
    public void onError(Throwable problem) {
        end();
    }

    @Override
    public void onCompleted() {
        end();
        client.onCompleted();
    }

    /** Keeps the newest snapshot for when the client has room; in between there may have been others. */
    @Override
    public void offer(Moment snapshot) {
        synchronized (this) {
            waiting = snapshot;
        }
        connections.push(this);
    }

    @Override
    public void pushWaiting() {
        Moment next;
        synchronized (this) {
            if (ended || waiting == null || !client.isReady()) {
                return;
            }
            next = waiting;
            waiting = null;
        }
        show(next);
    }

    /** Works outside of the lock: what comes of two snapshots and the old configuration is the same whoever does it. */
    private void show(Moment moment) {
        MeshSnapshot snapshot = moment.mesh();
        Shown before;
        synchronized (this) {
            before = shown;
        }
        ProxyNode proxy = Objects.requireNonNull(node());
        Configs.Told told = before == null
                ? Configs.told(moment, proxy, caller != null)
                : Configs.next(
                        before.told(),
                        moment,
                        proxy,
                        caller != null,
                        connections.changes(before.snapshot(), snapshot).of(before.snapshot(), snapshot, proxy));
        synchronized (this) {
            boolean older =
                    shown != null && snapshot.version() < shown.snapshot().version();
            if (ended || older) {
                return;
            }
            List<Problem> known = shown == null ? List.of() : shown.told().problems();
            told.problems().stream()
                    .filter(p -> !known.contains(p))
                    .forEach(p -> LOG.warn("{} {} at {}: {}", p.kind(), p.key(), id(), p.reason()));
            shown = new Shown(snapshot, told);
            session.update(told.config()).forEach(this::send);
        }
        review(false);
    }

    /** Looks at what is to be said against EnvoyFilters. Blame is looked for seldom, and then under the lock. */
    private void review(boolean answered) {
        boolean news;
        synchronized (this) {
            Shown now = shown;
            ProxyNode proxy = node;
            if (ended || now == null || proxy == null) {
                return;
            }
            MeshSnapshot mesh = now.snapshot();
            AtomicReference<ProxyResources> made = new AtomicReference<>(); // a client may refuse many at once
            news = complaints.look(
                    proxy,
                    answered || complaints.waiting() ? session.statuses() : List.of(),
                    now.told().problems(),
                    resource -> Touching.of(
                            mesh,
                            proxy,
                            made.updateAndGet(m -> m == null ? Generate.resources(mesh, proxy) : m),
                            resource.type(),
                            resource.name()));
        }
        if (news) {
            connections.complained();
        }
    }

    @Override
    public synchronized List<Complaint> complaints() {
        return complaints.all();
    }

    private void send(R response) {
        if (!ended) {
            client.onNext(response);
        }
    }

    private ProxyNode introduced(Q request) {
        ProxyNode known = node();
        if (known != null) {
            return known;
        }
        try {
            ProxyNode introduced = NodeReader.read(session.nodeOf(request));
            if (caller != null && !caller.namespace().equals(introduced.namespace())) {
                throw Status.PERMISSION_DENIED
                        .withDescription(
                                "a caller of namespace " + caller.namespace() + " cannot be " + introduced.id())
                        .asRuntimeException();
            }
            return introduced;
        } catch (IllegalArgumentException e) {
            throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
        }
    }

    private void end() {
        boolean first;
        synchronized (this) {
            first = !ended;
            ended = true;
        }
        if (first) {
            LOG.info("{} disconnected", id());
            connections.closed(this);
        }
    }

    @Override
    public synchronized @Nullable ProxyNode node() {
        return node;
    }

    @Override
    public String id() {
        ProxyNode known = node();
        return known == null ? "a proxy without a name" : known.id();
    }

    @Override
    public synchronized State state() {
        return new State(
                id(),
                since,
                shown == null ? 0 : shown.snapshot().version(),
                caller == null ? "" : caller.namespace() + "/" + caller.serviceAccount(),
                session.statuses(),
                shown == null ? List.of() : shown.told().problems());
    }
}
