package io.hyaline.proxy.admin;

import io.hyaline.proxy.instance.ProxyInstance;
import io.hyaline.proxy.tls.PeerValidation;
import io.hyaline.proxy.tls.SecretPlan;
import io.hyaline.proxy.tls.TlsCertificate;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The certificates of all secrets. */
final class CertsPage {

    private final ProxyInstance instance;

    CertsPage(ProxyInstance instance) {
        this.instance = instance;
    }

    Page answer() {
        StringBuilder out = new StringBuilder("{\"certificates\":[");
        String comma = "";
        for (SecretPlan secret : instance.plan().secrets().values()) {
            String key = switch (secret) {
                case SecretPlan.Certificate _ -> "cert_chain";
                case SecretPlan.Validation _ -> "ca_cert";
            };
            out.append(comma).append("{\"").append(key).append("\":[");
            certificates(pem(secret), out);
            out.append("]}");
            comma = ",";
        }
        return Page.json(out.append("]}").toString());
    }

    private static @Nullable String pem(SecretPlan secret) {
        return switch (secret) {
            case SecretPlan.Certificate(var name, TlsCertificate certificate) -> certificate.chainPem();
            case SecretPlan.Validation(var name, PeerValidation validation) -> validation.trustedCaPem();
        };
    }

    private static void certificates(@Nullable String pem, StringBuilder out) {
        if (pem == null) {
            return;
        }
        try {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.ISO_8859_1)));
            String comma = "";
            for (Certificate each : found) {
                out.append(comma);
                describe((X509Certificate) each, out);
                comma = ",";
            }
        } catch (CertificateException e) {
            out.append("{\"path\":\"unreadable\"}");
        }
    }

    private static void describe(X509Certificate certificate, StringBuilder out) throws CertificateException {
        Instant until = certificate.getNotAfter().toInstant();
        out.append("{\"path\":\"<inline>\",\"serial_number\":\"")
                .append(certificate.getSerialNumber().toString(16))
                .append("\",\"subject_alt_names\":[");
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        String comma = "";
        for (List<?> name : names == null ? List.<List<?>>of() : names) {
            String kind = switch ((Integer) name.get(0)) {
                case 2 -> "dns";
                case 6 -> "uri";
                case 7 -> "ip_address";
                default -> "other";
            };
            out.append(comma)
                    .append("{\"")
                    .append(kind)
                    .append("\":")
                    .append(Json.quoted(String.valueOf(name.get(1))))
                    .append('}');
            comma = ",";
        }
        out.append("],\"days_until_expiration\":\"")
                .append(Math.max(0, ChronoUnit.DAYS.between(Instant.now(), until)))
                .append("\",\"valid_from\":\"")
                .append(certificate.getNotBefore().toInstant())
                .append("\",\"expiration_time\":\"")
                .append(until)
                .append("\"}");
    }
}
