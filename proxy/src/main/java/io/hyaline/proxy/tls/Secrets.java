package io.hyaline.proxy.tls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks up what a TLS plan names, at the moment of a handshake: secrets may change while listeners stay. */
public record Secrets(Supplier<Map<String, SecretPlan>> current) {

    /** Everything that one end of TLS needs; equal values need no new context. */
    public record Resolved(List<TlsCertificate> certificates, PeerValidation validation) {

        /** The one that is shown where there is no choice. */
        @Nullable
        TlsCertificate certificate() {
            return certificates.isEmpty() ? null : certificates.getFirst();
        }
    }

    /** Refuses with a reason when a secret has not arrived. */
    Resolved resolve(TlsPlan plan) {
        Map<String, SecretPlan> secrets = current.get();
        List<TlsCertificate> certificates = new ArrayList<>(plan.certificates());
        for (String name : plan.certificateSecrets()) {
            if (!(secrets.get(name) instanceof SecretPlan.Certificate(var ignored, TlsCertificate found))) {
                throw new IllegalStateException("secret '" + name + "' has not arrived");
            }
            certificates.add(found);
        }
        PeerValidation validation = plan.validation() == null ? PeerValidation.NONE : plan.validation();
        String name = plan.validationSecret();
        if (name != null) {
            if (!(secrets.get(name) instanceof SecretPlan.Validation(var ignored, PeerValidation dynamic))) {
                throw new IllegalStateException("secret '" + name + "' has not arrived");
            }
            validation = validation.combine(dynamic);
        }
        return new Resolved(List.copyOf(certificates), validation);
    }
}
