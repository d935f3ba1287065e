package io.hyaline.identity;

import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks a peer as X.509-SVID asks: exactly one URI name, a chain to an anchor of its trust domain, validity now.
 *
 * <p>Signatures of chains seen before are not checked again: a bounded memory keeps their verdict, and only the clock and
 * the allowed names are asked. Thread-safe.
 */
public final class PeerCheck {

    private static final int CHAIN_LIMIT = 8;
    private static final int MEMORY_LIMIT = 256;
    private static final int URI_NAME = 6;
    private static final int KEY_CERT_SIGN = 5;
    private static final int DIGITAL_SIGNATURE = 0;
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final String TLS_USAGES = "1.3.6.1.5.5.7.3.";

    /** A chain whose signatures hold, and the time in which all of its certificates are valid. */
    private record Proven(SpiffeId id, Lifetime lifetime) {}

    private static final class Refusal extends Exception {
        private final String reason;

        Refusal(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }

    private final TrustBundle bundle;
    private final InstantSource clock;
    private final Map<List<X509Certificate>, Proven> memory = Collections.synchronizedMap(new Recent());

    public PeerCheck(TrustBundle bundle, InstantSource clock) {
        this.bundle = bundle;
        this.clock = clock;
    }

    /** Judges {@code chain}, leaf first; {@code allowed} says which ids may speak here. */
    public PeerVerdict check(List<X509Certificate> chain, Predicate<SpiffeId> allowed) {
        try {
            Proven proven = memory.get(chain);
            if (proven == null) {
                proven = prove(chain);
                memory.put(List.copyOf(chain), proven);
            }
            Instant now = clock.instant();
            Lifetime lifetime = proven.lifetime();
            if (!lifetime.contains(now)) {
                return new PeerVerdict.Refused(proven.id() + ": its chain is valid from " + lifetime.from() + " to "
                        + lifetime.until() + ", and it is " + now);
            }
            if (!allowed.test(proven.id())) {
                return new PeerVerdict.Refused(proven.id() + " is not among the allowed names");
            }
            return new PeerVerdict.Trusted(proven.id(), lifetime.until());
        } catch (Refusal e) {
            return new PeerVerdict.Refused(e.reason);
        }
    }

    private Proven prove(List<X509Certificate> chain) throws Refusal {
        if (chain.isEmpty()) {
            throw new Refusal("the peer sent no certificate");
        }
        if (chain.size() > CHAIN_LIMIT) {
            throw new Refusal("the peer's chain has " + chain.size() + " certificates, at most " + CHAIN_LIMIT);
        }
        X509Certificate leaf = chain.getFirst();
        SpiffeId id = onlyUri(leaf);
        checkLeaf(leaf, id);
        List<X509Certificate> path = path(chain, bundle.anchors(id.trustDomain()), id);
        try {
            return new Proven(id, Lifetime.of(path));
        } catch (IllegalArgumentException e) {
            throw new Refusal(id + ": the certificates of its chain are never valid together: " + e.getMessage());
        }
    }

    private static void checkLeaf(X509Certificate leaf, SpiffeId id) throws Refusal {
        if (leaf.getBasicConstraints() >= 0) {
            throw new Refusal(id + " was presented by a CA certificate");
        }
        boolean[] usage = leaf.getKeyUsage();
        if (usage != null && !usage[DIGITAL_SIGNATURE]) {
            throw new Refusal(id + ": its key may not sign handshakes (key usage)");
        }
        List<String> purposes;
        try {
            purposes = leaf.getExtendedKeyUsage();
        } catch (CertificateParsingException e) {
            throw new Refusal(id + ": unreadable extended key usage: " + e.getMessage());
        }
        if (purposes != null && purposes.stream().noneMatch(oid -> oid.equals(ANY_USAGE) || isTlsUsage(oid))) {
            throw new Refusal(id + ": its certificate is not for TLS (extended key usage " + purposes + ")");
        }
        checkExtensions(leaf);
    }

    private static boolean isTlsUsage(String oid) {
        return oid.equals(TLS_USAGES + "1") || oid.equals(TLS_USAGES + "2");
    }

    /** Follows issuers from the leaf until an anchor signs; the anchor is the last element. */
    private static List<X509Certificate> path(List<X509Certificate> chain, TrustBundle.Anchors anchors, SpiffeId id)
            throws Refusal {
        List<X509Certificate> path = new ArrayList<>();
        X509Certificate current = chain.getFirst();
        path.add(current);
        while (path.size() <= CHAIN_LIMIT) {
            X509Certificate anchor = signer(current, anchors.named(current.getIssuerX500Principal()));
            if (anchor != null) {
                path.add(anchor);
                return path;
            }
            X509Certificate issuer = signer(current, chain.subList(1, chain.size()));
            if (issuer == null || path.contains(issuer)) {
                throw new Refusal(id + ": no root of trust domain " + id.trustDomain() + " signed its chain (issuer "
                        + current.getIssuerX500Principal().getName() + ")");
            }
            checkIssuer(issuer, path.size() - 1);
            path.add(issuer);
            current = issuer;
        }
        throw new Refusal(id + ": its chain is longer than " + CHAIN_LIMIT);
    }

    private static @Nullable X509Certificate signer(X509Certificate certificate, List<X509Certificate> candidates) {
        for (X509Certificate candidate : candidates) {
            if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                try {
                    certificate.verify(candidate.getPublicKey());
                    return candidate;
                } catch (GeneralSecurityException _) {
                    // Another key under the same name (a rotated root): the next candidate may be the one.
                }
            }
        }
        return null;
    }

    private static void checkIssuer(X509Certificate issuer, int intermediatesBelow) throws Refusal {
        String name = issuer.getSubjectX500Principal().getName();
        if (issuer.getBasicConstraints() < 0) {
            throw new Refusal("the intermediate " + name + " is no CA certificate");
        }
        if (issuer.getBasicConstraints() < intermediatesBelow) {
            throw new Refusal("the intermediate " + name + " allows fewer certificates below it (path length)");
        }
        boolean[] usage = issuer.getKeyUsage();
        if (usage != null && !usage[KEY_CERT_SIGN]) {
            throw new Refusal("the intermediate " + name + " may not sign certificates (key usage)");
        }
        checkExtensions(issuer);
    }

    private static void checkExtensions(X509Certificate certificate) throws Refusal {
        Set<String> critical = certificate.getCriticalExtensionOIDs();
        // Name constraints are not evaluated here, so a certificate that insists on them is refused.
        if (certificate.hasUnsupportedCriticalExtension() || (critical != null && critical.contains("2.5.29.30"))) {
            throw new Refusal("certificate with a critical extension that is not understood: " + critical);
        }
    }

    private static SpiffeId onlyUri(X509Certificate leaf) throws Refusal {
        Collection<List<?>> names;
        try {
            names = leaf.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw new Refusal("unreadable subject alternative names: " + e.getMessage());
        }
        List<String> uris = new ArrayList<>();
        if (names != null) {
            for (List<?> name : names) {
                if (name.get(0) instanceof Integer kind && kind == URI_NAME && name.get(1) instanceof String uri) {
                    uris.add(uri);
                }
            }
        }
        if (uris.size() != 1) {
            throw new Refusal("expected exactly one URI name in the peer's certificate, found " + uris);
        }
        try {
            return SpiffeId.parse(uris.getFirst());
        } catch (IllegalArgumentException e) {
            throw new Refusal("the URI name is no SPIFFE id: " + e.getMessage());
        }
    }

    /** The chains used last. */
    private static final class Recent extends LinkedHashMap<List<X509Certificate>, Proven> {
        Recent() {
            super(32, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<X509Certificate>, Proven> eldest) {
            return size() > MEMORY_LIMIT;
        }
    }
}
