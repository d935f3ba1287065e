package io.hyaline.proxy.secret;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.DataSource;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate;
import io.hyaline.identity.Lifetime;
import io.hyaline.identity.Pem;
import io.hyaline.identity.WorkloadKey;
import io.hyaline.proxy.subscribe.Backoff;
import io.hyaline.proxy.subscribe.GrpcChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workload's own certificate as the secrets {@code default} and {@code ROOTCA}: made when first wanted, renewed at
 * half life with a new key each time, kept while the CA does not answer.
 */
public final class IssuedSecrets implements SecretSource {

    public static final String CERTIFICATE = "default";
    public static final String ROOTS = "ROOTCA";

    /** Whatever lifetimes a CA hands out, it is not asked more often than this. */
    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(IssuedSecrets.class);

    private final Identity identity;
    private final Signer signer;
    private final ScheduledExecutorService control;
    private final Consumer<Secret> consumer;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final Backoff backoff;

    private @Nullable Future<?> timer;
    private @Nullable Lifetime lifetime;
    private volatile String lastFailure = "";
    private boolean started;
    private boolean closed;

    public IssuedSecrets(
            Identity identity,
            GrpcChannels channels,
            ScheduledExecutorService control,
            Consumer<Secret> consumer,
            InstantSource clock,
            DoubleSupplier random) {
        this(identity, new CaSigner(identity, channels), control, consumer, clock, random);
    }

    IssuedSecrets(
            Identity identity,
            Signer signer,
            ScheduledExecutorService control,
            Consumer<Secret> consumer,
            InstantSource clock,
            DoubleSupplier random) {
        this.identity = identity;
        this.signer = signer;
        this.control = control;
        this.consumer = consumer;
        this.clock = clock;
        this.random = random;
        this.backoff = Backoff.ofEnvoy(random);
    }

    @Override
    public void want(Set<String> names) {
        if (!started && (names.contains(CERTIFICATE) || names.contains(ROOTS))) {
            started = true;
            request();
        }
    }

    @Override
    public String lastFailure() {
        return lastFailure;
    }

    /** The validity of the certificate in use; null before the first one. */
    public @Nullable Lifetime lifetime() {
        return lifetime;
    }

    @Override
    public void close() {
        closed = true;
        signer.close();
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void request() {
        WorkloadKey key = WorkloadKey.generate();
        signer.sign(Pem.ofRequest(key.request(identity.id())), (chain, error) -> answered(key, chain, error));
    }

    private void answered(WorkloadKey key, @Nullable List<String> chain, @Nullable String error) {
        if (closed) {
            return;
        }
        if (chain == null) {
            failed(String.valueOf(error));
            return;
        }
        try {
            accept(key, Pem.certificates(String.join("\n", chain)));
        } catch (IllegalArgumentException e) {
            failed("the CA's answer is not usable: " + e.getMessage());
        }
    }

    private void accept(WorkloadKey key, List<X509Certificate> chain) {
        if (!key.matches(chain.getFirst())) {
            throw new IllegalArgumentException("its certificate is for another key");
        }
        Instant now = clock.instant();
        Lifetime next = Lifetime.of(chain);
        if (!next.contains(now)) {
            throw new IllegalArgumentException(
                    "its chain is valid from " + next.from() + " to " + next.until() + ", and it is " + now);
        }
        Set<X509Certificate> roots = new LinkedHashSet<>(rootsOf(chain));
        if (roots.isEmpty()) {
            throw new IllegalArgumentException("it holds no root and " + identity.caRoots() + " cannot be read");
        }
        List<X509Certificate> sent = chain.size() > 1 ? chain.subList(0, chain.size() - 1) : chain;
        consumer.accept(certificate(Pem.ofCertificates(sent), Pem.ofKey(key.privateKey())));
        consumer.accept(roots(Pem.ofCertificates(new ArrayList<>(roots))));
        lifetime = next;
        lastFailure = "";
        backoff.reset();
        Duration renewal = next.untilRenewal(now, random.getAsDouble());
        Duration pause = renewal.compareTo(SHORTEST_PAUSE) > 0 ? renewal : SHORTEST_PAUSE;
        LOG.info("{}: certified until {}, renewal in {}", identity.id(), next.until(), pause);
        again(pause);
    }

    /** The chain's own root, and those that the node was given. */
    private List<X509Certificate> rootsOf(List<X509Certificate> chain) {
        List<X509Certificate> roots = new ArrayList<>();
        if (chain.size() > 1) {
            roots.add(chain.getLast());
        }
        try {
            roots.addAll(Pem.certificates(Files.readString(identity.caRoots())));
        } catch (IOException | IllegalArgumentException e) {
            LOG.debug("{}: no further roots from {}: {}", identity.id(), identity.caRoots(), e.getMessage());
        }
        return roots;
    }

    private void failed(String reason) {
        if (!reason.equals(lastFailure)) {
            LOG.warn("{}: no certificate ({}); trying again", identity.id(), reason);
            lastFailure = reason;
        }
        again(backoff.next());
    }

    private void again(Duration pause) {
        timer = control.schedule(this::request, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Secret certificate(String chain, String key) {
        return Secret.newBuilder()
                .setName(CERTIFICATE)
                .setTlsCertificate(TlsCertificate.newBuilder()
                        .setCertificateChain(inline(chain))
                        .setPrivateKey(inline(key)))
                .build();
    }

    private static Secret roots(String roots) {
        return Secret.newBuilder()
                .setName(ROOTS)
                .setValidationContext(CertificateValidationContext.newBuilder().setTrustedCa(inline(roots)))
                .build();
    }

    private static DataSource inline(String text) {
        return DataSource.newBuilder()
                .setInlineBytes(ByteString.copyFromUtf8(text))
                .build();
    }
}
