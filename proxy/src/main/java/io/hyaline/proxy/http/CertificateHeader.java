package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.client.PeerCertificate;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** x-forwarded-client-cert: what is passed on, appended or dropped. */
final class CertificateHeader {

    private CertificateHeader() {}

    static void apply(HcmPlan.ClientCertificate plan, Downstream downstream, Head head) {
        PeerCertificate peer =
                downstream.tls() == null ? null : downstream.tls().peer();
        int present = head.find(HeaderName.X_FORWARDED_CLIENT_CERT);
        if (present < 0 && peer == null) {
            return;
        }
        String value = decide(plan, peer, head.joined(HeaderName.X_FORWARDED_CLIENT_CERT));
        if (value == null) {
            head.remove(HeaderName.X_FORWARDED_CLIENT_CERT);
        } else {
            head.set(HeaderName.X_FORWARDED_CLIENT_CERT, value);
        }
    }

    /** The header to send on, or null for none. */
    static @Nullable String decide(
            HcmPlan.ClientCertificate plan, @Nullable PeerCertificate peer, @Nullable String received) {
        if (plan.mode() == HcmPlan.ForwardMode.ALWAYS_FORWARD_ONLY) {
            return received;
        }
        if (peer == null) {
            return null;
        }
        return switch (plan.mode()) {
            case SANITIZE -> null;
            case FORWARD_ONLY, ALWAYS_FORWARD_ONLY -> received;
            case APPEND_FORWARD ->
                received == null || received.isEmpty() ? element(plan, peer) : received + "," + element(plan, peer);
            case SANITIZE_SET -> element(plan, peer);
        };
    }

    private static String element(HcmPlan.ClientCertificate plan, PeerCertificate peer) {
        StringBuilder out = new StringBuilder();
        pairs(out, "By", peer.localUris());
        pair(out, "Hash", peer.sha256());
        for (HcmPlan.Detail detail : HcmPlan.Detail.values()) {
            if (plan.details().contains(detail)) {
                switch (detail) {
                    case SUBJECT -> pair(out, "Subject", '"' + peer.subject().replace("\"", "\\\"") + '"');
                    case CERT -> pair(out, "Cert", '"' + peer.pem() + '"');
                    case CHAIN -> pair(out, "Chain", '"' + peer.pem() + '"');
                    case DNS -> pairs(out, "DNS", peer.dnsNames());
                    case URI -> pairs(out, "URI", peer.uris().isEmpty() ? List.of("") : peer.uris());
                }
            }
        }
        return out.toString();
    }

    private static void pairs(StringBuilder out, String key, List<String> values) {
        for (String value : values) {
            pair(out, key, value);
        }
    }

    private static void pair(StringBuilder out, String key, String value) {
        if (!out.isEmpty()) {
            out.append(';');
        }
        out.append(key).append('=').append(value);
    }
}
