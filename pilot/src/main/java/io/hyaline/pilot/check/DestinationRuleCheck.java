package io.hyaline.pilot.check;

import io.hyaline.objects.istio.DestinationRuleSpec;
import io.hyaline.objects.istio.DestinationRuleSpec.ClientTls;
import io.hyaline.objects.istio.DestinationRuleSpec.ConnectionPool;
import io.hyaline.objects.istio.DestinationRuleSpec.LoadBalancer;
import io.hyaline.objects.istio.DestinationRuleSpec.OutlierDetection;
import io.hyaline.objects.istio.DestinationRuleSpec.PortPolicy;
import io.hyaline.objects.istio.DestinationRuleSpec.TrafficPolicy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** DestinationRules. */
final class DestinationRuleCheck {
    private final Faults faults;

    DestinationRuleCheck(Faults faults) {
        this.faults = faults;
    }

    void check(DestinationRuleSpec spec) {
        if (spec.host().isEmpty()) {
            faults.error("spec.host", "destination rule must have a host");
        }
        faults.form("spec.host", spec.host(), Syntax::host);
        policy(spec.trafficPolicy(), "spec.trafficPolicy");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < spec.subsets().size(); i++) {
            DestinationRuleSpec.Subset subset = spec.subsets().get(i);
            String path = "spec.subsets[" + i + "]";
            if (subset.name().isEmpty()) {
                faults.error(path + ".name", "subset name is required");
            } else if (!names.add(subset.name())) {
                faults.error(path + ".name", "duplicate subset names: " + subset.name());
            }
            faults.form(path + ".name", subset.name(), Syntax::label);
            faults.labels(path + ".labels", subset.labels());
            policy(subset.trafficPolicy(), path + ".trafficPolicy");
        }
        if (spec.workloadSelector() != null) {
            faults.labels("spec.workloadSelector", spec.workloadSelector().matchLabels());
        }
        faults.exportTo("spec.exportTo", spec.exportTo());
    }

    private void policy(@Nullable TrafficPolicy policy, String path) {
        if (policy == null) {
            return;
        }
        boolean nothing = policy.portLevelSettings().isEmpty()
                && Stream.of(
                                policy.loadBalancer(),
                                policy.connectionPool(),
                                policy.outlierDetection(),
                                policy.tls(),
                                policy.tunnel(),
                                policy.proxyProtocol(),
                                policy.retryBudget())
                        .allMatch(part -> part == null);
        if (nothing) {
            faults.error(path, "traffic policy must have at least one field");
        }
        if (policy.tunnel() != null) {
            faults.error(path + ".tunnel", "not supported");
        }
        if (policy.retryBudget() != null) {
            faults.error(path + ".retryBudget", "not supported; connectionPool.http.maxRetries bounds retries");
        }
        parts(policy.loadBalancer(), policy.connectionPool(), policy.outlierDetection(), policy.tls(), path);
        Set<Integer> ports = new HashSet<>();
        for (int i = 0; i < policy.portLevelSettings().size(); i++) {
            PortPolicy port = policy.portLevelSettings().get(i);
            String here = path + ".portLevelSettings[" + i + "]";
            if (port.port() == null) {
                faults.error(here + ".port", "portTrafficPolicy must have valid port");
            } else {
                faults.port(here + ".port.number", port.port().number());
                if (!ports.add(port.port().number())) {
                    faults.error(
                            here + ".port.number",
                            "duplicate port " + port.port().number());
                }
            }
            parts(port.loadBalancer(), port.connectionPool(), port.outlierDetection(), port.tls(), here);
        }
    }

    private void parts(
            @Nullable LoadBalancer balancer,
            @Nullable ConnectionPool pool,
            @Nullable OutlierDetection outliers,
            @Nullable ClientTls tls,
            String path) {
        balancer(balancer, path + ".loadBalancer");
        if (pool != null) {
            tcp(pool.tcp(), path + ".connectionPool.tcp");
            http(pool.http(), path + ".connectionPool.http");
            if (pool.tcp() == null && pool.http() == null) {
                faults.error(path + ".connectionPool", "connection pool must have at least one field");
            }
        }
        outliers(outliers, path + ".outlierDetection");
        tls(tls, path + ".tls");
    }

    private void balancer(@Nullable LoadBalancer balancer, String path) {
        if (balancer == null) {
            return;
        }
        faults.deprecated(
                path + ".simple", balancer.simple() == DestinationRuleSpec.Simple.LEAST_CONN, "LEAST_REQUEST");
        DestinationRuleSpec.Locality locality = balancer.localityLbSetting();
        if (locality != null && !Boolean.FALSE.equals(locality.enabled())) {
            faults.error(path + ".localityLbSetting", "not supported; endpoints are chosen without regard to locality");
        }
        if (balancer.warmup() != null || !balancer.warmupDurationSecs().isEmpty()) {
            faults.error(path + ".warmup", "not supported; new endpoints take their full share at once");
        }
        DestinationRuleSpec.ConsistentHash hash = balancer.consistentHash();
        if (hash == null) {
            return;
        }
        int keys = (hash.httpHeaderName().isEmpty() ? 0 : 1)
                + (hash.httpCookie() == null ? 0 : 1)
                + (hash.useSourceIp() ? 1 : 0)
                + (hash.httpQueryParameterName().isEmpty() ? 0 : 1);
        if (keys != 1) {
            faults.error(
                    path + ".consistentHash",
                    "needs exactly one of httpHeaderName, httpCookie, useSourceIp and httpQueryParameterName");
        }
        if (balancer.simple() != null) {
            faults.error(path, "only one of simple and consistentHash can be set");
        }
        faults.form(path + ".consistentHash.httpHeaderName", hash.httpHeaderName(), Syntax::header);
        faults.deprecated(path + ".consistentHash.minimumRingSize", hash.minimumRingSize() != null, "ringHash");
        if (hash.httpCookie() != null && hash.httpCookie().name().isEmpty()) {
            faults.error(path + ".consistentHash.httpCookie.name", "name required for HttpCookie");
        }
    }

    private void tcp(DestinationRuleSpec.@Nullable TcpPool tcp, String path) {
        if (tcp == null) {
            return;
        }
        faults.notNegative(path + ".maxConnections", tcp.maxConnections());
        faults.duration(path + ".connectTimeout", tcp.connectTimeout());
        faults.duration(path + ".idleTimeout", tcp.idleTimeout());
        faults.duration(path + ".maxConnectionDuration", tcp.maxConnectionDuration());
        if (tcp.tcpKeepalive() != null) {
            faults.notNegative(path + ".tcpKeepalive.probes", tcp.tcpKeepalive().probes());
            faults.duration(path + ".tcpKeepalive.time", tcp.tcpKeepalive().time());
            faults.duration(path + ".tcpKeepalive.interval", tcp.tcpKeepalive().interval());
        }
    }

    private void http(DestinationRuleSpec.@Nullable HttpPool http, String path) {
        if (http == null) {
            return;
        }
        faults.notNegative(path + ".http1MaxPendingRequests", http.http1MaxPendingRequests());
        faults.notNegative(path + ".http2MaxRequests", http.http2MaxRequests());
        faults.notNegative(path + ".maxRequestsPerConnection", http.maxRequestsPerConnection());
        faults.notNegative(path + ".maxRetries", http.maxRetries());
        faults.notNegative(path + ".maxConcurrentStreams", http.maxConcurrentStreams());
        faults.duration(path + ".idleTimeout", http.idleTimeout());
        if (http.useClientProtocol() && http.h2UpgradePolicy() == DestinationRuleSpec.H2Upgrade.UPGRADE) {
            faults.error(path, "use client protocol must not be true when H2UpgradePolicy is UPGRADE");
        }
    }

    private void outliers(@Nullable OutlierDetection outliers, String path) {
        if (outliers == null) {
            return;
        }
        faults.deprecated(
                path + ".consecutiveErrors",
                outliers.consecutiveErrors() != null,
                "consecutiveGatewayErrors or consecutive5xxErrors");
        faults.notNegative(path + ".consecutive5xxErrors", outliers.consecutive5xxErrors());
        faults.notNegative(path + ".consecutiveGatewayErrors", outliers.consecutiveGatewayErrors());
        faults.notNegative(path + ".consecutiveLocalOriginFailures", outliers.consecutiveLocalOriginFailures());
        faults.duration(path + ".interval", outliers.interval());
        faults.duration(path + ".baseEjectionTime", outliers.baseEjectionTime());
        faults.percent(path + ".maxEjectionPercent", outliers.maxEjectionPercent());
        faults.percent(path + ".minHealthPercent", outliers.minHealthPercent());
        if (outliers.consecutiveLocalOriginFailures() != null
                && !Boolean.TRUE.equals(outliers.splitExternalLocalOriginErrors())) {
            faults.error(
                    path + ".consecutiveLocalOriginFailures",
                    "outlier detection consecutive local origin failures is specified, but split external local origin"
                            + " errors is set to false");
        }
    }

    private void tls(@Nullable ClientTls tls, String path) {
        if (tls == null) {
            return;
        }
        DestinationRuleSpec.ClientTlsFiles files = tls.files();
        boolean fromFiles = files != null
                && !(files.clientCertificate() + files.privateKey() + files.caCertificates() + files.caCrl()).isEmpty();
        if (fromFiles) {
            faults.error(path, "certificates from files are not supported; name a secret by credentialName");
        }
        DestinationRuleSpec.TlsMode mode = tls.mode();
        if (mode == null) {
            faults.warn(
                    path + ".mode",
                    "mode is missing, and nothing of tls has an effect: DISABLE, SIMPLE, MUTUAL or" + " ISTIO_MUTUAL");
        } else if (mode == DestinationRuleSpec.TlsMode.MUTUAL
                && tls.credentialName().isEmpty()
                && !fromFiles) {
            faults.error(path + ".credentialName", "client certificate required for mutual tls: name a secret");
        } else if (mode == DestinationRuleSpec.TlsMode.ISTIO_MUTUAL
                && !tls.credentialName().isEmpty()) {
            faults.error(path + ".credentialName", "ISTIO_MUTUAL uses the mesh's own certificates; leave it out");
        }
        faults.form(path + ".sni", tls.sni(), Syntax::destination);
        List<String> names = tls.subjectAltNames();
        for (int i = 0; i < names.size(); i++) {
            if (names.get(i).isEmpty()) {
                faults.error(path + ".subjectAltNames[" + i + "]", "must not be empty");
            }
        }
    }
}
