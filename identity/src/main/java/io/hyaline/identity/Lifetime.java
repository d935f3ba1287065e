package io.hyaline.identity;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The time in which a whole chain is valid, and when to renew it. */
public record Lifetime(Instant from, Instant until) {

    /** Renewals are spread over this share of the lifetime, so that the proxies of a node do not ask at once. */
    private static final double SPREAD = 0.1;

    public Lifetime {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("a lifetime must begin before it ends: " + from + " to " + until);
        }
    }

    public static Lifetime of(List<X509Certificate> chain) {
        Instant from = Instant.MIN;
        Instant until = Instant.MAX;
        for (X509Certificate certificate : chain) {
            Instant begins = certificate.getNotBefore().toInstant();
            Instant ends = certificate.getNotAfter().toInstant();
            from = begins.isAfter(from) ? begins : from;
            until = ends.isBefore(until) ? ends : until;
        }
        return new Lifetime(from, until);
    }

    public boolean contains(Instant now) {
        return !now.isBefore(from) && !now.isAfter(until);
    }

    /**
     * How long after {@code now} to renew: at half life, give or take a twentieth of the lifetime.
     *
     * @param random from 0 (earliest) to 1 (latest)
     */
    public Duration untilRenewal(Instant now, double random) {
        double share = 0.5 + SPREAD * (random - 0.5);
        Instant at = from.plusMillis((long) (Duration.between(from, until).toMillis() * share));
        return at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO;
    }
}
