package io.hyaline.proxy.http;

import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.client.TrustedAddress;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.route.RouteTable;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What a connection manager does to a request's head before a route is chosen: Envoy's mutateRequestHeaders. */
final class RequestHeaders {

    private RequestHeaders() {}

    /** Decides who is calling and settles the headers that say so. */
    static void settle(
            HttpService service,
            Downstream downstream,
            Head head,
            StreamRecord record,
            @Nullable RouteTable routes,
            SplittableRandom random) {
        HcmPlan plan = service.plan();
        TrustedAddress trusted = TrustedAddress.decide(
                service.trust(), head.joined(HeaderName.X_FORWARDED_FOR), downstream.client(), service.nodeAddress());
        record.client(trusted.client());
        boolean secure = downstream.tls() != null;
        String scheme = secure ? "https" : "http";
        boolean overwrite = plan.edge().useRemoteAddress() && plan.edge().trustedHops() == 0;
        if (trusted.appendToXff() != null) {
            appendXff(head, trusted.appendToXff());
        }
        if (overwrite || !head.has(HeaderName.X_FORWARDED_PROTO)) {
            head.set(HeaderName.X_FORWARDED_PROTO, scheme);
        }
        String told = head.value(HeaderName.X_FORWARDED_PROTO);
        head.scheme(told != null && (told.equals("https") || told.equals("http")) ? told : scheme);
        if (plan.edge().appendForwardedPort() && (overwrite || !head.has(HeaderName.X_FORWARDED_PORT))) {
            head.set(
                    HeaderName.X_FORWARDED_PORT,
                    String.valueOf(downstream.local().getPort()));
        }
        if (trusted.internal()) {
            head.set(HeaderName.X_ENVOY_INTERNAL, "true");
        } else {
            head.removeAll(HeaderName.INTERNAL_ONLY | (trusted.edge() ? HeaderName.EDGE_ONLY : 0));
            if (routes != null && !routes.internalOnlyHeaders().isEmpty()) {
                routes.internalOnlyHeaders().forEach(head::remove);
            }
        }
        if (trusted.edge()) {
            head.set(HeaderName.X_ENVOY_EXTERNAL_ADDRESS, trusted.client().addressText());
        }
        if (head.has(HeaderName.REFERER) && !isUrl(head.joined(HeaderName.REFERER))) {
            head.remove(HeaderName.REFERER);
        }
        requestId(plan.requestIds(), trusted.edge(), head, random);
        CertificateHeader.apply(plan.clientCertificate(), downstream, head);
        if (!plan.edge().via().isEmpty()) {
            appended(head, HeaderName.VIA, plan.edge().via());
        }
    }

    private static boolean isUrl(@Nullable String text) {
        return text != null
                && (text.regionMatches(true, 0, "http://", 0, 7) || text.regionMatches(true, 0, "https://", 0, 8))
                && !text.endsWith("://")
                && text.indexOf(' ') < 0;
    }

    private static void appendXff(Head head, String address) {
        String before = head.joined(HeaderName.X_FORWARDED_FOR);
        if (before == null || before.isEmpty()) {
            head.set(HeaderName.X_FORWARDED_FOR, address);
        } else {
            head.set(HeaderName.X_FORWARDED_FOR, before + "," + address);
        }
    }

    static void appended(Head head, HeaderName name, String value) {
        String before = head.joined(name);
        head.set(name, before == null || before.isEmpty() ? value : before + ", " + value);
    }

    private static void requestId(HcmPlan.RequestIds plan, boolean edge, Head head, SplittableRandom random) {
        if (!plan.generate()) {
            return;
        }
        int at = head.find(HeaderName.X_REQUEST_ID);
        boolean missing = at < 0 || head.valueStart(at) == head.valueEnd(at);
        if (missing || (edge && !plan.preserveExternal())) {
            head.set(HeaderName.X_REQUEST_ID, RequestIds.next(random));
        }
    }
}
