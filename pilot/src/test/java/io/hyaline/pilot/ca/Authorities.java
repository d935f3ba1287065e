package io.hyaline.pilot.ca;

import java.time.InstantSource;

/** A CA for tests of other packages. */
public final class Authorities {
    private Authorities() {}

    public static CertificateAuthority fresh(InstantSource clock) {
        return new CertificateAuthority(RootMaterial.selfSigned("cluster.local", clock.instant()), clock);
    }
}
