package io.hyaline.proxy.secret;

import static org.assertj.core.api.Assertions.assertThat;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.hyaline.identity.PeerCheck;
import io.hyaline.identity.PeerVerdict;
import io.hyaline.identity.Pem;
import io.hyaline.identity.SpiffeId;
import io.hyaline.identity.TrustBundle;
import io.hyaline.identity.WorkloadKey;
import io.hyaline.proxy.subscribe.ManualTime;
import io.hyaline.proxy.subscribe.Target;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Renewal and retries in manual time, with a CA that answers at once. */
class IssuedSecretsTest {

    private static final SpiffeId ID = SpiffeId.ofServiceAccount("cluster.local", "default", "httpbin");

    private final ManualTime time = new ManualTime(Instant.parse("2026-11-23T12:00:00Z"));
    private final TestCa ca = new TestCa(Duration.ofHours(24), time);
    private final List<Secret> received = new ArrayList<>();
    private List<String> answer;
    private @Nullable String error = "UNAVAILABLE";
    private boolean answerLate;
    private int requests;

    private final IssuedSecrets secrets = new IssuedSecrets(
            new Identity(
                    ID, Target.ofAddress("10.96.0.2:15012", "istiod", "/none"), Path.of("/none"), Path.of("/none")),
            new Signer() {
                @Override
                public void sign(String request, BiConsumer<@Nullable List<String>, @Nullable String> done) {
                    requests++;
                    if (error != null) {
                        done.accept(null, error);
                    } else if (answerLate) {
                        List<String> chain = ca.chainFor(request);
                        time.pass(Duration.ofHours(20));
                        done.accept(chain, null);
                    } else {
                        done.accept(answer != null ? answer : ca.chainFor(request), null);
                    }
                }

                @Override
                public void close() {}
            },
            time,
            received::add,
            time,
            () -> 0.5);

    @Test
    void asksOnlyWhenWantedAndOnce() {
        secrets.want(Set.of("other"));
        assertThat(requests).isZero();
        error = null;
        secrets.want(Set.of("default"));
        secrets.want(Set.of("default", "ROOTCA"));
        assertThat(requests).isOne();
        assertThat(received).extracting(Secret::getName).containsExactly("default", "ROOTCA");
    }

    @Test
    void theChainProvesTheNameUnderTheRootThatCameAlong() {
        error = null;
        secrets.want(Set.of("default"));
        String chain = received.get(0)
                .getTlsCertificate()
                .getCertificateChain()
                .getInlineBytes()
                .toStringUtf8();
        String roots = received.get(1)
                .getValidationContext()
                .getTrustedCa()
                .getInlineBytes()
                .toStringUtf8();
        List<X509Certificate> sent = Pem.certificates(chain);
        assertThat(sent).as("the root stays at home").hasSize(1);
        PeerCheck check = new PeerCheck(TrustBundle.ofRoots(Pem.certificates(roots)), time);
        assertThat(check.check(sent, ID::equals)).isInstanceOf(PeerVerdict.Trusted.class);
        String key = received.get(0)
                .getTlsCertificate()
                .getPrivateKey()
                .getInlineBytes()
                .toStringUtf8();
        assertThat(Pem.privateKey(key).getAlgorithm()).isEqualTo("EC");
    }

    @Test
    void renewsAtHalfLifeWithANewKey() {
        error = null;
        secrets.want(Set.of("default"));
        assertThat(time.pending().getFirst()).isBetween(Duration.ofMinutes(11 * 60 + 55), Duration.ofHours(12));
        time.pass(Duration.ofHours(12));
        assertThat(requests).isEqualTo(2);
        assertThat(received.get(2).getTlsCertificate().getPrivateKey())
                .isNotEqualTo(received.get(0).getTlsCertificate().getPrivateKey());
    }

    @Test
    void aCaThatBackdatesIsNotAskedWithoutAPause() {
        error = null;
        answerLate = true;
        secrets.want(Set.of("default"));
        assertThat(time.pending()).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void retriesWithBackoffAndKeepsWhatItHas() {
        secrets.want(Set.of("default"));
        assertThat(secrets.lastFailure()).isEqualTo("UNAVAILABLE");
        assertThat(time.pending()).containsExactly(Duration.ofMillis(250));
        time.pass(Duration.ofMillis(250));
        assertThat(time.pending()).containsExactly(Duration.ofMillis(500));
        error = null;
        time.pass(Duration.ofMillis(500));
        assertThat(secrets.lastFailure()).isEmpty();
        assertThat(received).hasSize(2);
        error = "UNAVAILABLE";
        time.pass(Duration.ofHours(12));
        assertThat(received).as("nothing is taken away").hasSize(2);
        assertThat(time.pending().getFirst()).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void refusesAnswersThatDoNotFit() {
        error = null;
        answer = List.of("nonsense");
        secrets.want(Set.of("default"));
        assertThat(secrets.lastFailure()).contains("not usable: no CERTIFICATE block");
        answer = new TestCa(Duration.ofHours(1), time).chainFor(requestOfAnother());
        time.pass(Duration.ofSeconds(30));
        assertThat(secrets.lastFailure()).contains("for another key");
        assertThat(received).isEmpty();
    }

    @Test
    void aClosedSourceNeitherAsksNorAnswers() {
        secrets.want(Set.of("default"));
        secrets.close();
        time.pass(Duration.ofHours(1));
        assertThat(requests).isOne();
        assertThat(time.pending()).isEmpty();
    }

    private static String requestOfAnother() {
        return Pem.ofRequest(WorkloadKey.generate().request(ID));
    }
}
