package io.hyaline.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Test;

class PeerCheckTest {

    private static final String ID = "spiffe://cluster.local/ns/default/sa/sleep";
    private static final TestCa ROOT = TestCa.root("root");

    private Instant now = TestCa.NOW;
    private final PeerCheck check =
            new PeerCheck(TrustBundle.ofRoots(List.of(TestCa.root("root").certificate, ROOT.certificate)), () -> now);

    @Test
    void trustsALeafThatARootSigned() {
        assertThat(verdict(ROOT.leaf(ID)))
                .isEqualTo(new PeerVerdict.Trusted(SpiffeId.parse(ID), TestCa.NOW.plus(Duration.ofHours(24))));
    }

    @Test
    void followsIntermediatesInAnyOrder() {
        TestCa one = ROOT.intermediate("one", 1);
        TestCa two = one.intermediate("two", 0);
        X509Certificate leaf = two.leaf(ID);
        assertThat(verdict(leaf, one.certificate, two.certificate)).isInstanceOf(PeerVerdict.Trusted.class);
        assertThat(verdict(leaf, two.certificate, one.certificate, ROOT.certificate))
                .isInstanceOf(PeerVerdict.Trusted.class);
        assertRefused("no root of trust domain cluster.local signed", leaf, one.certificate);
    }

    @Test
    void refusesForeignAndUnmarkedIssuers() {
        assertRefused("no root of trust domain", TestCa.root("root").leaf(ID));
        assertRefused("no root of trust domain", TestCa.root("other").leaf(ID), TestCa.root("other").certificate);
        TestCa impostor = ROOT.impostor("impostor");
        assertRefused("impostor is no CA", impostor.leaf(ID), impostor.certificate);
        TestCa one = ROOT.intermediate("one", 0);
        TestCa two = one.intermediate("two", 0);
        assertRefused("path length", two.leaf(ID), two.certificate, one.certificate);
    }

    @Test
    void wantsExactlyOneUri() {
        assertRefused("exactly one URI", ROOT.leaf());
        assertRefused("exactly one URI", ROOT.leaf(ID, ID));
        assertRefused("not a SPIFFE id", ROOT.leaf("https://example.org"));
    }

    @Test
    void wantsALeafMadeForHandshakes() {
        assertRefused(
                "CA certificate",
                ROOT.leaf(
                        builder -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)),
                        ID));
        assertRefused(
                "key usage",
                ROOT.leaf(
                        builder -> builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.cRLSign)), ID));
        assertRefused(
                "not for TLS",
                ROOT.leaf(
                        builder -> builder.addExtension(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_codeSigning)),
                        ID));
        assertRefused(
                "not understood",
                ROOT.leaf(
                        builder -> builder.addExtension(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE),
                        ID));
        assertThat(verdict(ROOT.leaf(
                        builder -> builder.addExtension(
                                Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)),
                        ID)))
                .isInstanceOf(PeerVerdict.Trusted.class);
    }

    @Test
    void asksTheClockAndTheNamesEveryTime() {
        X509Certificate leaf = ROOT.leaf(ID);
        assertThat(verdict(leaf)).isInstanceOf(PeerVerdict.Trusted.class);
        assertThat(check.check(List.of(leaf), id -> id.path().endsWith("/other")))
                .isEqualTo(new PeerVerdict.Refused(ID + " is not among the allowed names"));
        now = TestCa.NOW.plus(Duration.ofHours(25));
        assertRefused("valid from", leaf);
        now = TestCa.NOW.minus(Duration.ofHours(1));
        assertRefused("valid from", leaf);
    }

    @Test
    void eachDomainIsJudgedByItsOwnRoots() {
        TestCa east = TestCa.root("east");
        TestCa west = TestCa.root("west");
        PeerCheck federated = new PeerCheck(
                TrustBundle.ofDomains(Map.of("east", List.of(east.certificate), "west", List.of(west.certificate))),
                () -> now);
        assertThat(federated.check(List.of(east.leaf("spiffe://east/a")), _ -> true))
                .isInstanceOf(PeerVerdict.Trusted.class);
        assertThat(federated.check(List.of(west.leaf("spiffe://east/a")), _ -> true))
                .isInstanceOf(PeerVerdict.Refused.class);
        assertThat(federated.check(List.of(east.leaf("spiffe://north/a")), _ -> true))
                .isInstanceOf(PeerVerdict.Refused.class);
    }

    @Test
    void boundsTheChain() {
        assertThat(check.check(List.of(), _ -> true)).isInstanceOf(PeerVerdict.Refused.class);
        X509Certificate[] many = new X509Certificate[9];
        Arrays.fill(many, ROOT.leaf(ID));
        assertRefused("at most 8", many);
    }

    @Test
    void renewsAtHalfLifeGiveOrTake() {
        Lifetime lifetime = new Lifetime(TestCa.NOW, TestCa.NOW.plus(Duration.ofHours(20)));
        assertThat(lifetime.untilRenewal(TestCa.NOW, 0)).isEqualTo(Duration.ofHours(9));
        assertThat(lifetime.untilRenewal(TestCa.NOW, 0.5)).isEqualTo(Duration.ofHours(10));
        assertThat(lifetime.untilRenewal(TestCa.NOW, 1)).isEqualTo(Duration.ofHours(11));
        assertThat(lifetime.untilRenewal(TestCa.NOW.plus(Duration.ofHours(15)), 0.5))
                .isZero();
    }

    private PeerVerdict verdict(X509Certificate... chain) {
        return check.check(List.of(chain), _ -> true);
    }

    private void assertRefused(String reason, X509Certificate... chain) {
        assertThat(verdict(chain))
                .isInstanceOfSatisfying(
                        PeerVerdict.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }
}
