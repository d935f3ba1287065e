package io.hyaline.pilot;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.objects.Kube;
import io.hyaline.pilot.admit.Admission;
import io.hyaline.pilot.admit.Newest;
import io.hyaline.pilot.auth.TokenReviews;
import io.hyaline.pilot.ca.CertificateAuthority;
import io.hyaline.pilot.ca.CertificateService;
import io.hyaline.pilot.ca.RootPublisher;
import io.hyaline.pilot.ca.RootSecret;
import io.hyaline.pilot.ca.ServingKey;
import io.hyaline.pilot.debug.DebugServer;
import io.hyaline.pilot.ingest.Ingest;
import io.hyaline.pilot.ingest.KubeSource;
import io.hyaline.pilot.ingest.MeshInstallation;
import io.hyaline.pilot.ingest.ProblemEvents;
import io.hyaline.pilot.report.Statuses;
import io.hyaline.pilot.serve.Connections;
import io.hyaline.pilot.serve.DiscoveryService;
import io.hyaline.pilot.serve.GrpcServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control plane as one thing that is started and closed. */
public final class Pilot implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Pilot.class);

    /** By these names proxies and tools know the pilot. */
    private static final List<String> DNS_NAMES = List.of(
            "istiod.istio-system.svc", "istiod.istio-system.svc.cluster.local", "istiod.istio-system", "istiod");

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Connections connections = new Connections();
    private final Newest newest = new Newest();
    private final Admission admission;
    private final PilotConfig.Ports ports;
    private final CertificateAuthority authority;

    private Pilot(PilotConfig config) {
        try {
            KubernetesClient client = closing(Kube.connect(config.kubeconfig()));
            MeshInstallation.install(client, config.trustDomain());
            this.authority = RootSecret.authority(client, config.trustDomain(), config.clock());
            closing(connections);
            ProblemEvents problems = closing(new ProblemEvents(client));
            Statuses statuses =
                    closing(new Statuses(client, config.clock(), connections::complaints, problems::complain));
            connections.onComplaints(statuses::lookAgain);
            Ingest ingest = closing(new Ingest(
                    new KubeSource(client), config.clusterDomain(), config.clock(), problems::report, snapshot -> {
                        connections.publish(snapshot);
                        newest.publish(snapshot);
                        statuses.offer(snapshot);
                    }));
            this.admission = new Admission(newest, config.clusterDomain(), config.clock());
            ingest.start();
            this.ports = serve(config, client);
            closing(new RootPublisher(client, authority.rootPem())).start();
            LOG.info("pilot serves on {}: {}", config.bindAddress(), ports);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Returns when all ports are open; {@link #awaitReady} tells when the cluster has been read. */
    public static Pilot start(PilotConfig config) {
        return new Pilot(config);
    }

    /** False if the cluster's objects could not be read in time. */
    public boolean awaitReady(long timeout, TimeUnit unit) throws InterruptedException {
        return connections.awaitFirst(timeout, unit);
    }

    /** Those that are really open. */
    public PilotConfig.Ports ports() {
        return ports;
    }

    /** What signs the webhook's serving certificate as well. */
    public CertificateAuthority authority() {
        return authority;
    }

    /** Answers the validating webhook. */
    public Admission admission() {
        return admission;
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) { // whatever a part throws, the others have to be closed
                LOG.warn("closing the pilot", e);
            }
        }
    }

    private PilotConfig.Ports serve(PilotConfig config, KubernetesClient client) {
        DiscoveryService discovery = new DiscoveryService(connections, config.clock());
        ServingKey key = new ServingKey(authority, DNS_NAMES, config.clock());
        CertificateService certificates = new CertificateService(authority, () -> trustDomain(config));
        GrpcServers servers = closing(new GrpcServers());
        try {
            int tls = servers.startTls(
                    address(config, config.ports().tls()),
                    discovery,
                    certificates,
                    key,
                    authority.root(),
                    new TokenReviews(client));
            int plaintext =
                    servers.startPlaintext(address(config, config.ports().plaintext()), discovery);
            DebugServer debug =
                    closing(new DebugServer(address(config, config.ports().debug()), connections, config.version()));
            return new PilotConfig.Ports(tls, plaintext, debug.start());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the pilot cannot listen on " + config.bindAddress() + " " + config.ports()
                            + "; is another one running? (" + e.getMessage() + ")",
                    e);
        }
    }

    private String trustDomain(PilotConfig config) {
        MeshSnapshot current = connections.current();
        return current == null ? config.trustDomain() : current.mesh().trustDomain();
    }

    private static InetSocketAddress address(PilotConfig config, int port) {
        return new InetSocketAddress(config.bindAddress(), port);
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.push(part);
        return part;
    }
}
