package io.hyaline.proxy.log;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.client.PeerCertificate;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The operators by name. */
final class Operators {

    private static final Map<String, Operator> PLAIN = Map.ofEntries(
            Map.entry("PROTOCOL", new Operator.Text(r -> r.protocol)),
            Map.entry("RESPONSE_CODE", new Operator.Numeric(r -> r.status)),
            Map.entry(
                    "RESPONSE_FLAGS",
                    new Operator.Text(r ->
                            r.protocol.isEmpty() ? ResponseFlag.text(r.flags) : ResponseFlag.requestText(r.flags))),
            Map.entry("RESPONSE_CODE_DETAILS", new Operator.Text(r -> underscores(r.details))),
            Map.entry("CONNECTION_TERMINATION_DETAILS", new Operator.Text(r -> r.terminationDetails)),
            Map.entry("UPSTREAM_TRANSPORT_FAILURE_REASON", new Operator.Text(r -> underscores(r.upstreamFailure))),
            Map.entry("BYTES_RECEIVED", new Operator.Numeric(r -> r.bytesReceived)),
            Map.entry("BYTES_SENT", new Operator.Numeric(r -> r.bytesSent)),
            Map.entry("DURATION", new Operator.Numeric(StreamRecord::durationMillis)),
            Map.entry("REQUEST_DURATION", new Operator.OptionalNumber(r -> since(r, r.requestEndNanos))),
            Map.entry("REQUEST_TX_DURATION", new Operator.OptionalNumber(r -> since(r, r.upstreamSentNanos))),
            Map.entry("RESPONSE_DURATION", new Operator.OptionalNumber(r -> since(r, r.responseStartNanos))),
            Map.entry("RESPONSE_TX_DURATION", new Operator.OptionalNumber(Operators::responseTx)),
            Map.entry("ROUTE_NAME", new Operator.Text(r -> r.route)),
            Map.entry("VIRTUAL_CLUSTER_NAME", new Operator.Never()),
            Map.entry("UPSTREAM_HOST", new Operator.Text(r -> r.upstream == null ? null : r.upstream.host())),
            Map.entry("UPSTREAM_REMOTE_ADDRESS", new Operator.Text(r -> r.upstream == null ? null : r.upstream.host())),
            Map.entry("UPSTREAM_CLUSTER_RAW", new Operator.Text(r -> r.cluster)),
            Map.entry("UPSTREAM_CLUSTER", new Operator.Text(r -> r.clusterStatName)),
            Map.entry(
                    "UPSTREAM_LOCAL_ADDRESS",
                    new Operator.Text(r -> r.upstream == null ? null : r.upstream.localText())),
            Map.entry("UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT", new Operator.Text(Operators::upstreamLocalAddress)),
            Map.entry("UPSTREAM_LOCAL_PORT", new Operator.OptionalNumber(Operators::upstreamLocalPort)),
            Map.entry("UPSTREAM_REQUEST_ATTEMPT_COUNT", new Operator.Numeric(r -> r.attempts)),
            Map.entry(
                    "DOWNSTREAM_REMOTE_ADDRESS",
                    new Operator.Text(r -> r.client().text())),
            Map.entry(
                    "DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT",
                    new Operator.Text(r -> r.client().addressText())),
            Map.entry(
                    "DOWNSTREAM_REMOTE_PORT",
                    new Operator.Numeric(r -> r.client().port())),
            Map.entry("DOWNSTREAM_DIRECT_REMOTE_ADDRESS", new Operator.Text(r -> direct(r, true))),
            Map.entry("DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT", new Operator.Text(r -> direct(r, false))),
            Map.entry(
                    "DOWNSTREAM_DIRECT_REMOTE_PORT",
                    new Operator.Numeric(r -> r.downstream().direct().getPort())),
            Map.entry(
                    "DOWNSTREAM_LOCAL_ADDRESS",
                    new Operator.Text(r -> r.downstream().localText())),
            Map.entry(
                    "DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT",
                    new Operator.Text(
                            r -> ClientAddress.text(r.downstream().local().getAddress()))),
            Map.entry(
                    "DOWNSTREAM_LOCAL_PORT",
                    new Operator.Numeric(r -> r.downstream().local().getPort())),
            Map.entry(
                    "REQUESTED_SERVER_NAME",
                    new Operator.Text(r -> r.downstream().serverName())),
            Map.entry("CONNECTION_ID", new Operator.Numeric(r -> r.downstream().id())),
            Map.entry(
                    "FILTER_CHAIN_NAME",
                    new Operator.Text(r -> r.downstream().labels().chain())),
            Map.entry("DOWNSTREAM_TLS_VERSION", new Operator.Text(r -> tls(r, Downstream.Tls::version))),
            Map.entry("DOWNSTREAM_TLS_CIPHER", new Operator.Text(r -> tls(r, Downstream.Tls::cipher))),
            Map.entry("DOWNSTREAM_PEER_URI_SAN", new Operator.Text(r -> peer(r, p -> String.join(",", p.uris())))),
            Map.entry("DOWNSTREAM_PEER_DNS_SAN", new Operator.Text(r -> peer(r, p -> String.join(",", p.dnsNames())))),
            Map.entry("DOWNSTREAM_PEER_SUBJECT", new Operator.Text(r -> peer(r, PeerCertificate::subject))),
            Map.entry("DOWNSTREAM_PEER_ISSUER", new Operator.Text(r -> peer(r, PeerCertificate::issuer))),
            Map.entry("DOWNSTREAM_PEER_SERIAL", new Operator.Text(r -> peer(r, PeerCertificate::serial))),
            Map.entry("DOWNSTREAM_PEER_FINGERPRINT_256", new Operator.Text(r -> peer(r, PeerCertificate::sha256))),
            Map.entry(
                    "DOWNSTREAM_LOCAL_URI_SAN", new Operator.Text(r -> peer(r, p -> String.join(",", p.localUris())))),
            Map.entry("HOSTNAME", new Operator.Text(r -> System.getenv().getOrDefault("HOSTNAME", ""))),
            Map.entry("TRACE_ID", new Operator.Never()),
            Map.entry("STREAM_ID", new Operator.Never()),
            Map.entry("GRPC_STATUS_NUMBER", new Operator.OptionalNumber(GrpcStatus::number)),
            Map.entry("DYNAMIC_METADATA", new Operator.Never()),
            Map.entry("CLUSTER_METADATA", new Operator.Never()),
            Map.entry("UPSTREAM_METADATA", new Operator.Never()),
            Map.entry("FILTER_STATE", new Operator.Never()),
            Map.entry("UPSTREAM_FILTER_STATE", new Operator.Never()),
            Map.entry("METADATA", new Operator.Never()),
            Map.entry("CEL", new Operator.Never()));

    private Operators() {}

    /** The operator of this name and argument; refuses what Envoy does not have either. */
    static Operator of(String name, @Nullable String argument, int maxLength) {
        return switch (name) {
            case "REQ", "REQ_WITHOUT_QUERY" -> header(Operator.Part.REQUEST, String.valueOf(argument), maxLength);
            case "RESP" -> header(Operator.Part.RESPONSE, String.valueOf(argument), maxLength);
            case "TRAILER" -> header(Operator.Part.TRAILERS, String.valueOf(argument), maxLength);
            case "GRPC_STATUS" -> GrpcStatus.operator(argument);
            case "START_TIME", "EMIT_TIME" ->
                argument == null || argument.isEmpty() || argument.equals("%Y-%m-%dT%H:%M:%E3SZ")
                        ? new Operator.StartTime()
                        : time(argument);
            case "ENVIRONMENT" -> {
                String value = System.getenv().getOrDefault(String.valueOf(argument), "");
                yield new Operator.Text(r -> value);
            }
            default -> {
                Operator plain = PLAIN.get(name.toUpperCase(Locale.ROOT));
                if (plain == null) {
                    throw new IllegalArgumentException("operator %" + name + "% is not known");
                }
                yield plain;
            }
        };
    }

    private static Operator header(Operator.Part part, String names, int maxLength) {
        int question = names.indexOf('?');
        return new Operator.Header(
                part,
                Source.of(question < 0 ? names : names.substring(0, question)),
                question < 0 ? null : Source.of(names.substring(question + 1)),
                maxLength);
    }

    private static Operator time(String format) {
        TimeFormat compiled = TimeFormat.of(format);
        return new Operator.Text(r -> compiled.format(r.startEpochMicros()));
    }

    private static String underscores(String text) {
        return text.indexOf(' ') < 0 ? text : text.replace(' ', '_');
    }

    private static long since(StreamRecord record, long nanos) {
        return nanos == 0 ? -1 : (nanos - record.startNanos()) / 1_000_000;
    }

    private static long responseTx(StreamRecord record) {
        return record.responseStartNanos == 0 ? -1 : (record.endNanos() - record.responseStartNanos) / 1_000_000;
    }

    private static @Nullable String upstreamLocalAddress(StreamRecord record) {
        return record.upstream == null || record.upstream.local() == null
                ? null
                : ClientAddress.text(record.upstream.local().getAddress());
    }

    private static long upstreamLocalPort(StreamRecord record) {
        return record.upstream == null || record.upstream.local() == null
                ? -1
                : record.upstream.local().getPort();
    }

    private static String direct(StreamRecord record, boolean port) {
        var address = record.downstream().direct();
        return port
                ? ClientAddress.text(address.getAddress(), address.getPort())
                : ClientAddress.text(address.getAddress());
    }

    private static @Nullable String tls(StreamRecord record, java.util.function.Function<Downstream.Tls, String> read) {
        Downstream.Tls tls = record.downstream().tls();
        return tls == null ? null : read.apply(tls);
    }

    private static @Nullable String peer(
            StreamRecord record, java.util.function.Function<PeerCertificate, String> read) {
        Downstream.Tls tls = record.downstream().tls();
        return tls == null || tls.peer() == null ? null : read.apply(tls.peer());
    }
}
