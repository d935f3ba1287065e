package io.hyaline.proxy.head;

import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A header's name in lower case. The known ones carry a number, under which a head finds them without searching. */
public final class HeaderName {

    static final int MAX_KNOWN = 64;

    private static final List<HeaderName> KNOWN = new ArrayList<>();
    private static final HeaderName[] TABLE = new HeaderName[256];

    public static final HeaderName HOST = known("host");
    public static final HeaderName CONNECTION = known("connection");
    public static final HeaderName CONTENT_LENGTH = known("content-length");
    public static final HeaderName CONTENT_TYPE = known("content-type");
    public static final HeaderName TRANSFER_ENCODING = known("transfer-encoding");
    public static final HeaderName KEEP_ALIVE = known("keep-alive");
    public static final HeaderName PROXY_CONNECTION = known("proxy-connection");
    public static final HeaderName UPGRADE = known("upgrade");
    public static final HeaderName TE = known("te");
    public static final HeaderName EXPECT = known("expect");
    public static final HeaderName USER_AGENT = known("user-agent");
    public static final HeaderName REFERER = known("referer");
    public static final HeaderName DATE = known("date");
    public static final HeaderName SERVER = known("server");
    public static final HeaderName VIA = known("via");
    public static final HeaderName LOCATION = known("location");
    public static final HeaderName X_FORWARDED_FOR = known("x-forwarded-for");
    public static final HeaderName X_FORWARDED_PROTO = known("x-forwarded-proto");
    public static final HeaderName X_FORWARDED_PORT = known("x-forwarded-port");
    public static final HeaderName X_FORWARDED_HOST = known("x-forwarded-host");
    public static final HeaderName X_FORWARDED_CLIENT_CERT = known("x-forwarded-client-cert");
    public static final HeaderName X_REQUEST_ID = known("x-request-id");
    public static final HeaderName X_ENVOY_INTERNAL = known("x-envoy-internal");
    public static final HeaderName X_ENVOY_EXTERNAL_ADDRESS = known("x-envoy-external-address");
    public static final HeaderName X_ENVOY_EXPECTED_TIMEOUT = known("x-envoy-expected-rq-timeout-ms");
    public static final HeaderName X_ENVOY_ATTEMPT_COUNT = known("x-envoy-attempt-count");
    public static final HeaderName X_ENVOY_UPSTREAM_TIMEOUT = known("x-envoy-upstream-rq-timeout-ms");
    public static final HeaderName X_ENVOY_PER_TRY_TIMEOUT = known("x-envoy-upstream-rq-per-try-timeout-ms");
    public static final HeaderName X_ENVOY_RETRY_ON = known("x-envoy-retry-on");
    public static final HeaderName X_ENVOY_RETRY_GRPC_ON = known("x-envoy-retry-grpc-on");
    public static final HeaderName X_ENVOY_MAX_RETRIES = known("x-envoy-max-retries");
    public static final HeaderName X_ENVOY_RETRIABLE_CODES = known("x-envoy-retriable-status-codes");
    public static final HeaderName X_ENVOY_RETRIABLE_HEADERS = known("x-envoy-retriable-header-names");
    public static final HeaderName X_ENVOY_ALT_STAT_NAME = known("x-envoy-upstream-alt-stat-name");
    public static final HeaderName X_ENVOY_TIMEOUT_ALT_RESPONSE = known("x-envoy-upstream-rq-timeout-alt-response");
    public static final HeaderName X_ENVOY_FORCE_TRACE = known("x-envoy-force-trace");
    public static final HeaderName X_ENVOY_IP_TAGS = known("x-envoy-ip-tags");
    public static final HeaderName X_ENVOY_ORIGINAL_URL = known("x-envoy-original-url");
    public static final HeaderName X_ENVOY_HEDGE = known("x-envoy-hedge-on-per-try-timeout");
    public static final HeaderName X_ENVOY_DECORATOR = known("x-envoy-decorator-operation");
    public static final HeaderName X_ENVOY_SERVICE_CLUSTER = known("x-envoy-downstream-service-cluster");
    public static final HeaderName X_ENVOY_SERVICE_NODE = known("x-envoy-downstream-service-node");
    public static final HeaderName X_ENVOY_ORIGINAL_PATH = known("x-envoy-original-path");
    public static final HeaderName X_ENVOY_ORIGINAL_HOST = known("x-envoy-original-host");
    public static final HeaderName X_ENVOY_SERVICE_TIME = known("x-envoy-upstream-service-time");
    public static final HeaderName X_ENVOY_OVERLOADED = known("x-envoy-overloaded");
    public static final HeaderName X_ENVOY_RATELIMITED = known("x-envoy-ratelimited");
    public static final HeaderName GRPC_STATUS = known("grpc-status");
    public static final HeaderName GRPC_TIMEOUT = known("grpc-timeout");

    /** Headers that only a trusted caller may send: dropped from requests that are not internal. */
    public static final long INTERNAL_ONLY = bits(
            X_ENVOY_RETRIABLE_CODES,
            X_ENVOY_RETRIABLE_HEADERS,
            X_ENVOY_RETRY_ON,
            X_ENVOY_RETRY_GRPC_ON,
            X_ENVOY_MAX_RETRIES,
            X_ENVOY_ALT_STAT_NAME,
            X_ENVOY_UPSTREAM_TIMEOUT,
            X_ENVOY_PER_TRY_TIMEOUT,
            X_ENVOY_TIMEOUT_ALT_RESPONSE,
            X_ENVOY_EXPECTED_TIMEOUT,
            X_ENVOY_FORCE_TRACE,
            X_ENVOY_IP_TAGS,
            X_ENVOY_ORIGINAL_URL,
            X_ENVOY_HEDGE);

    /** Headers that speak to the router and go no further. */
    public static final long ROUTER_ONLY = bits(
            X_ENVOY_UPSTREAM_TIMEOUT,
            X_ENVOY_PER_TRY_TIMEOUT,
            X_ENVOY_RETRY_ON,
            X_ENVOY_RETRY_GRPC_ON,
            X_ENVOY_MAX_RETRIES,
            X_ENVOY_RETRIABLE_CODES,
            X_ENVOY_RETRIABLE_HEADERS,
            X_ENVOY_ALT_STAT_NAME,
            X_ENVOY_TIMEOUT_ALT_RESPONSE,
            X_ENVOY_HEDGE);

    /** Headers that an edge drops in addition. */
    public static final long EDGE_ONLY = bits(
            X_ENVOY_DECORATOR,
            X_ENVOY_SERVICE_CLUSTER,
            X_ENVOY_SERVICE_NODE,
            X_ENVOY_ORIGINAL_PATH,
            X_ENVOY_ORIGINAL_HOST);

    /** Headers that concern one connection only and never travel on. */
    public static final long HOP_BY_HOP =
            bits(CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE, X_ENVOY_INTERNAL);

    final String text;
    final byte[] bytes;
    final AsciiString ascii;
    final int id;

    private HeaderName(String text, int id) {
        this.text = text;
        this.bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        this.ascii = new AsciiString(bytes, false);
        this.id = id;
    }

    private static HeaderName known(String text) {
        HeaderName name = new HeaderName(text, KNOWN.size());
        KNOWN.add(name);
        if (KNOWN.size() > MAX_KNOWN) {
            throw new IllegalStateException("more than " + MAX_KNOWN + " known headers");
        }
        int slot = slot(hash(name.bytes, 0, name.bytes.length));
        while (TABLE[slot] != null) {
            slot = slot(slot + 1);
        }
        TABLE[slot] = name;
        return name;
    }

    /** The name for {@code text}, in whatever case. */
    public static HeaderName of(String text) {
        byte[] bytes = text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.ISO_8859_1);
        HeaderName known = lookUp(bytes, 0, bytes.length, hash(bytes, 0, bytes.length));
        return known != null ? known : new HeaderName(text.toLowerCase(Locale.ROOT), -1);
    }

    static int hash(byte[] bytes, int from, int until) {
        int hash = 0;
        for (int i = from; i < until; i++) {
            hash = hash * 31 + bytes[i];
        }
        return hash;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 8) ^ (hash >>> 16)) & 0xff;
    }

    /** The known name that these lower-case bytes spell, or null. */
    static @org.jspecify.annotations.Nullable HeaderName lookUp(byte[] bytes, int from, int until, int hash) {
        for (int slot = slot(hash); ; slot = slot(slot + 1)) {
            HeaderName name = TABLE[slot];
            if (name == null) {
                return null;
            }
            if (name.bytes.length == until - from
                    && java.util.Arrays.equals(name.bytes, 0, name.bytes.length, bytes, from, until)) {
                return name;
            }
        }
    }

    static HeaderName byId(int id) {
        return KNOWN.get(id);
    }

    /** The set of known names as bits. */
    public static long bits(HeaderName... names) {
        long bits = 0;
        for (HeaderName name : names) {
            bits |= 1L << name.id;
        }
        return bits;
    }

    @Override
    public String toString() {
        return text;
    }
}
