package io.hyaline.identity;

import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/**
 * Root certificates per trust domain. A domain that is not named here is judged by the roots given for any domain, and
 * by none when there are none.
 */
public final class TrustBundle {

    /** Roots by subject, so that a chain finds its anchor without a search. */
    record Anchors(Map<X500Principal, List<X509Certificate>> bySubject, Set<X509Certificate> all) {

        static Anchors of(List<X509Certificate> roots) {
            Map<X500Principal, List<X509Certificate>> bySubject = new HashMap<>();
            for (X509Certificate root : new LinkedHashSet<>(roots)) {
                bySubject.merge(root.getSubjectX500Principal(), List.of(root), TrustBundle::concat);
            }
            return new Anchors(Map.copyOf(bySubject), Set.copyOf(roots));
        }

        List<X509Certificate> named(X500Principal subject) {
            return bySubject.getOrDefault(subject, List.of());
        }
    }

    private static final Anchors NONE = Anchors.of(List.of());

    private final Anchors anyDomain;
    private final Map<String, Anchors> byDomain;

    private TrustBundle(Anchors anyDomain, Map<String, Anchors> byDomain) {
        this.anyDomain = anyDomain;
        this.byDomain = byDomain;
    }

    /** {@code roots} vouch for every trust domain, as a single ROOTCA does in Istio. */
    public static TrustBundle ofRoots(List<X509Certificate> roots) {
        return new TrustBundle(Anchors.of(roots), Map.of());
    }

    /** Each domain only by its own roots; other domains by nobody. */
    public static TrustBundle ofDomains(Map<String, List<X509Certificate>> roots) {
        Map<String, Anchors> byDomain = new HashMap<>();
        roots.forEach((domain, certificates) -> byDomain.put(domain, Anchors.of(certificates)));
        return new TrustBundle(NONE, Map.copyOf(byDomain));
    }

    Anchors anchors(String trustDomain) {
        return byDomain.getOrDefault(trustDomain, anyDomain);
    }

    private static List<X509Certificate> concat(List<X509Certificate> first, List<X509Certificate> second) {
        return List.of(Stream.concat(first.stream(), second.stream()).toArray(X509Certificate[]::new));
    }
}
