package io.hyaline.it.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class MaskTest {

    private static final String ID = "0b9b06a5-6a5b-4a1c-8a43-1a2b3c4d5e6f";

    private final Mask mask =
            new Mask(Map.of(15001, "upstream"), "PROXY TCP4 192.0.2.5 192.0.2.1 25678 80, 0123456789");

    @Test
    void portsOfTheRunGetTheirNames() {
        assertThat(mask.apply("127.0.0.1:15001 127.0.0.1:39999 127.0.0.6:0 127.0.0.1:25678 127.0.0.1:45678"))
                .isEqualTo("127.0.0.1:<upstream> 127.0.0.1:<port> 127.0.0.6:0 127.0.0.1:25678 127.0.0.1:<port>");
        assertThat(mask.apply("192.0.2.5:39999")).isEqualTo("192.0.2.5:39999");
    }

    @Test
    void generatedIdsAreShapesAndGivenOnesAreValues() {
        assertThat(mask.apply(ID)).isEqualTo("<uuid>");
        assertThat(new Mask(Map.of(), "x-request-id: " + ID).apply(ID)).isEqualTo(ID);
        assertThat(mask.apply("not-a-uuid")).isEqualTo("not-a-uuid");
    }

    @Test
    void logValuesKeepTheirTypes() {
        assertThat(mask.logValue("duration", 5)).isEqualTo("<ms>");
        assertThat(mask.logValue("upstream_service_time", "5")).isEqualTo("\"<ms>\"");
        assertThat(mask.logValue("upstream_service_time", null)).isEqualTo("null");
        assertThat(mask.logValue("start_time", "2026-11-23T12:00:00.123Z")).isEqualTo("\"<time>\"");
        assertThat(mask.logValue("response_code", 200)).isEqualTo("200");
    }

    @Test
    void datesOfTheProxyAreShapes() {
        assertThat(mask.header("Date", "Mon, 23 Nov 2026 12:00:00 GMT")).isEqualTo("<date>");
        assertThat(mask.header("date", "yesterday")).isEqualTo("yesterday");
        assertThat(mask.header("x-envoy-expected-rq-timeout-ms", "14997")).isEqualTo("<at most 15000>");
        assertThat(mask.header("x-envoy-expected-rq-timeout-ms", "200")).isEqualTo("200");
    }
}
