package io.hyaline.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.hash.XxHash;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.route.RoutePlan.HashPolicy;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HashKeysTest {

    private static final HashPolicy ONE = header("x-one", false);
    private static final HashPolicy OTHER = header("x-other", false);

    private static HashPolicy header(String name, boolean terminal) {
        return new HashPolicy.Header(HeaderName.of(name), null, "", terminal);
    }

    private static Head head(String path, String... fields) {
        Head head = new Head();
        head.path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(HeaderName.of(fields[i]), fields[i + 1]);
        }
        return head;
    }

    private static @Nullable Long hash(List<HashPolicy> policies, Head head) {
        return HashKeys.of(policies, head, "192.0.2.1", "client server").hash();
    }

    @Test
    void policiesAreMixedInTheirOrder() {
        Head both = head("/", "x-one", "a", "x-other", "b");
        long mixed = Long.rotateLeft(XxHash.of("a"), 1) ^ XxHash.of("b");
        assertThat(hash(List.of(ONE, OTHER), both)).isEqualTo(mixed);
        assertThat(hash(List.of(header("x-one", true), OTHER), both)).isEqualTo(XxHash.of("a"));
        assertThat(hash(List.of(header("x-one", true), OTHER), head("/", "x-other", "b")))
                .isEqualTo(XxHash.of("b"));
        assertThat(hash(List.of(ONE, OTHER), head("/"))).isNull();
        assertThat(hash(List.of(new HashPolicy.SourceAddress(false)), head("/")))
                .isEqualTo(XxHash.of("192.0.2.1"));
    }

    @Test
    void theOrderOfAHeadersValuesDoesNotMatter() {
        assertThat(hash(List.of(ONE), head("/", "x-one", "a", "x-one", "b")))
                .isEqualTo(hash(List.of(ONE), head("/", "x-one", "b", "x-one", "a")))
                .isEqualTo(XxHash.of("b", XxHash.of("a")));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "/p, none",
                "/p?key=a, a",
                "/p?x=y&key=a&key=b, a",
                "/p?key, ''",
                "/p?key=%61, %61",
                "/p?keys=a, none"
            })
    void queryParametersAreTakenAsTheyStand(String path, @Nullable String value) {
        Long expected = value == null ? null : Long.valueOf(XxHash.of(value));
        assertThat(hash(List.of(new HashPolicy.Query("key", false)), head(path)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "session=a          | a",
                "b=c; session=a     | a",
                "session=\"a\"      | a",
                "session=\"         | \"",
                "xsession=a         | ''",
                "session            | ''",
                "session=a; session=b | a",
                "session=a=b        | a=b",
            })
    void readsCookies(String line, String value) {
        assertThat(HashKeys.cookie("session", head("/", "cookie", line))).isEqualTo(value);
    }

    /** The time to live in seconds, the path, and the cookie that is set; none is set without a time to live. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none | ''   | ''       | none",
                "0    | ''   | ''       | session=\"HASH\"; HttpOnly",
                "60   | /app | ''       | session=\"HASH\"; Max-Age=60; Path=/app; HttpOnly",
                "60   | ''   | ; Secure | session=\"HASH\"; Max-Age=60; Secure; HttpOnly",
            })
    void givesCookies(@Nullable Long seconds, String path, String attributes, @Nullable String cookie) {
        Duration ttl = seconds == null ? null : Duration.ofSeconds(seconds);
        HashPolicy policy = new HashPolicy.Cookie("session", ttl, path, attributes, false);
        HashKeys.Key key = HashKeys.of(List.of(policy), head("/"), "192.0.2.1", "client server");
        String value = String.format("%016x", XxHash.of("client server"));
        assertThat(key.cookies()).isEqualTo(cookie == null ? List.of() : List.of(cookie.replace("HASH", value)));
        assertThat(key.hash()).isEqualTo(cookie == null ? null : Long.valueOf(XxHash.of(value)));
    }
}
