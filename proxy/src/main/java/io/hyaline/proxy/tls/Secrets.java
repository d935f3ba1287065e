package io.hyaline.proxy.tls;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks up what a TLS plan names, at the moment of a handshake: secrets may change while listeners stay. */
public record Secrets(Supplier<Map<String, SecretPlan>> current) {

    /** Everything that one end of TLS needs; equal values need no new context. */
    public record Resolved(@Nullable TlsCertificate certificate, PeerValidation validation) {}

    /** Refuses with a reason when a secret has not arrived. */
    Resolved resolve(TlsPlan plan) {
        Map<String, SecretPlan> secrets = current.get();
        List<TlsCertificate> inline = plan.certificates();
        TlsCertificate certificate = inline.isEmpty() ? null : inline.getFirst();
        if (certificate == null && !plan.certificateSecrets().isEmpty()) {
            String name = plan.certificateSecrets().getFirst();
            if (!(secrets.get(name) instanceof SecretPlan.Certificate(var ignored, TlsCertificate found))) {
                throw new IllegalStateException("secret '" + name + "' has not arrived");
            }
            certificate = found;
        }
        PeerValidation validation = plan.validation() == null ? PeerValidation.NONE : plan.validation();
        String name = plan.validationSecret();
        if (name != null) {
            if (!(secrets.get(name) instanceof SecretPlan.Validation(var ignored, PeerValidation dynamic))) {
                throw new IllegalStateException("secret '" + name + "' has not arrived");
            }
            validation = validation.combine(dynamic);
        }
        return new Resolved(certificate, validation);
    }
}
