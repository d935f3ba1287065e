package io.hyaline.proxy.plan;

import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CertificateValidationContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.CommonTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SdsSecretConfig;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.SubjectAltNameMatcher;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsParameters;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.identity.Pem;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.tls.Ciphers;
import io.hyaline.proxy.tls.PeerValidation;
import io.hyaline.proxy.tls.PeerValidation.SanMatch;
import io.hyaline.proxy.tls.PeerValidation.SanType;
import io.hyaline.proxy.tls.SecretPlan;
import io.hyaline.proxy.tls.TlsCertificate;
import io.hyaline.proxy.tls.TlsPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** TLS contexts and secrets. */
final class TlsCompiler {

    private TlsCompiler() {}

    static SecretPlan secret(Secret secret) {
        Fields.only(secret, "name", "tls_certificate", "validation_context");
        return switch (secret.getTypeCase()) {
            case TLS_CERTIFICATE ->
                new SecretPlan.Certificate(secret.getName(), certificate(secret.getTlsCertificate()));
            case VALIDATION_CONTEXT ->
                new SecretPlan.Validation(secret.getName(), validation(secret.getValidationContext()));
            case SESSION_TICKET_KEYS, GENERIC_SECRET, TYPE_NOT_SET ->
                throw Fields.refuse("a secret must be a tls_certificate or a validation_context");
        };
    }

    private static TlsCertificate certificate(
            io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.TlsCertificate certificate) {
        Fields.only(certificate, "certificate_chain", "private_key");
        if (!certificate.hasCertificateChain() || !certificate.hasPrivateKey()) {
            throw Fields.refuse("a tls_certificate needs certificate_chain and private_key");
        }
        return TlsCertificate.of(
                Fields.content(certificate.getCertificateChain()), Fields.content(certificate.getPrivateKey()));
    }

    static TlsPlan.Downstream downstream(DownstreamTlsContext context) {
        Fields.only(
                context,
                "common_tls_context",
                "require_client_certificate",
                "require_sni",
                "session_timeout",
                "disable_stateless_session_resumption",
                "disable_stateful_session_resumption",
                "full_scan_certs_on_sni_mismatch",
                "prefer_client_ciphers");
        if (context.getRequireSni().getValue()) {
            throw Fields.refuse("require_sni is not supported");
        }
        TlsPlan tls = common(context.getCommonTlsContext());
        if (tls.certificates().isEmpty() && tls.certificateSecrets().isEmpty()) {
            throw Fields.refuse("a downstream TLS context needs a certificate (inline or by SDS)");
        }
        return new TlsPlan.Downstream(tls, context.getRequireClientCertificate().getValue());
    }

    static TlsPlan.Upstream upstream(UpstreamTlsContext context) {
        Fields.only(context, "common_tls_context", "sni", "max_session_keys", "enforce_rsa_key_usage");
        return new TlsPlan.Upstream(common(context.getCommonTlsContext()), context.getSni());
    }

    private static TlsPlan common(CommonTlsContext context) {
        Fields.only(
                context,
                "tls_params",
                "tls_certificates",
                "tls_certificate_sds_secret_configs",
                "validation_context",
                "validation_context_sds_secret_config",
                "combined_validation_context",
                "alpn_protocols");
        PeerValidation inline = null;
        String secret = null;
        switch (context.getValidationContextTypeCase()) {
            case VALIDATION_CONTEXT -> inline = validation(context.getValidationContext());
            case VALIDATION_CONTEXT_SDS_SECRET_CONFIG -> secret = sds(context.getValidationContextSdsSecretConfig());
            case COMBINED_VALIDATION_CONTEXT -> {
                inline = validation(context.getCombinedValidationContext().getDefaultValidationContext());
                secret = sds(context.getCombinedValidationContext().getValidationContextSdsSecretConfig());
            }
            case VALIDATION_CONTEXT_CERTIFICATE_PROVIDER,
                    VALIDATION_CONTEXT_CERTIFICATE_PROVIDER_INSTANCE,
                    VALIDATIONCONTEXTTYPE_NOT_SET -> inline = null;
        }
        List<TlsCertificate> certificates = context.getTlsCertificatesList().stream()
                .map(TlsCompiler::certificate)
                .toList();
        List<String> names = context.getTlsCertificateSdsSecretConfigsList().stream()
                .map(TlsCompiler::sds)
                .toList();
        TlsParameters parameters = context.getTlsParams();
        Fields.only(
                parameters,
                "tls_minimum_protocol_version",
                "tls_maximum_protocol_version",
                "cipher_suites",
                "ecdh_curves");
        return new TlsPlan(
                certificates,
                names,
                inline,
                secret,
                List.copyOf(context.getAlpnProtocolsList()),
                version(parameters.getTlsMinimumProtocolVersion(), "TLSv1.2"),
                version(parameters.getTlsMaximumProtocolVersion(), "TLSv1.3"),
                Ciphers.names(parameters.getCipherSuitesList()),
                Ciphers.groups(parameters.getEcdhCurvesList()));
    }

    private static String sds(SdsSecretConfig config) {
        if (config.getName().isEmpty()) {
            throw Fields.refuse("an SDS secret needs a name");
        }
        return config.getName();
    }

    private static String version(TlsParameters.TlsProtocol protocol, String automatic) {
        return switch (protocol) {
            case TLS_AUTO -> automatic;
            case TLSv1_2 -> "TLSv1.2";
            case TLSv1_3 -> "TLSv1.3";
            case TLSv1_0, TLSv1_1, UNRECOGNIZED -> throw Fields.refuse("TLS below 1.2 is not supported");
        };
    }

    private static PeerValidation validation(CertificateValidationContext context) {
        Fields.only(
                context,
                "trusted_ca",
                "match_typed_subject_alt_names",
                "match_subject_alt_names",
                "verify_certificate_hash",
                "trust_chain_verification");
        List<SanMatch> names = new ArrayList<>();
        for (SubjectAltNameMatcher matcher : context.getMatchTypedSubjectAltNamesList()) {
            names.add(new SanMatch(sanType(matcher.getSanType()), Fields.text(matcher.getMatcher())));
        }
        addUntyped(context, names);
        boolean trust = switch (context.getTrustChainVerification()) {
            case VERIFY_TRUST_CHAIN -> false;
            case ACCEPT_UNTRUSTED -> true;
            case UNRECOGNIZED -> throw Fields.refuse("trust_chain_verification has an unknown value");
        };
        List<String> hashes = context.getVerifyCertificateHashList().stream()
                .map(hash -> hash.replace(":", "").toLowerCase(Locale.ROOT))
                .toList();
        return new PeerValidation(anchors(context), List.copyOf(names), hashes, trust);
    }

    @SuppressWarnings("deprecation") // Istio still writes the untyped form for some clusters
    private static void addUntyped(CertificateValidationContext context, List<SanMatch> names) {
        for (var matcher : context.getMatchSubjectAltNamesList()) {
            TextMatch text = Fields.text(matcher);
            for (SanType type : SanType.values()) {
                names.add(new SanMatch(type, text));
            }
        }
    }

    private static @Nullable String anchors(CertificateValidationContext context) {
        if (!context.hasTrustedCa()) {
            return null;
        }
        String pem = Fields.content(context.getTrustedCa());
        Pem.certificates(pem); // refuses what is none
        return pem;
    }

    private static SanType sanType(SubjectAltNameMatcher.SanType type) {
        return switch (type) {
            case EMAIL -> SanType.EMAIL;
            case DNS -> SanType.DNS;
            case URI -> SanType.URI;
            case IP_ADDRESS -> SanType.IP_ADDRESS;
            case OTHER_NAME, SAN_TYPE_UNSPECIFIED, UNRECOGNIZED ->
                throw Fields.refuse("match_typed_subject_alt_names needs a san_type of EMAIL, DNS, URI or IP_ADDRESS");
        };
    }
}
