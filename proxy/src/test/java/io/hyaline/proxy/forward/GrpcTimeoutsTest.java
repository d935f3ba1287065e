package io.hyaline.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.route.RoutePlan.GrpcLimit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcTimeoutsTest {

    private static final long MILLI = 1_000_000;

    @ParameterizedTest
    @CsvSource({
        "1H, 3600000000000",
        "2M, 120000000000",
        "3S, 3000000000",
        "4m, 4000000",
        "5u, 5000",
        "6n, 6",
        "0m, 0",
        "99999999m, 99999999000000",
        "100000000m, -1",
        "m, -1",
        "1x, -1",
        "-1m, -1",
        "1 m, -1",
        "'', -1",
    })
    void readsTheHeader(String header, long nanos) {
        assertThat(GrpcTimeouts.nanos(header)).isEqualTo(nanos);
    }

    /** What a route's max_grpc_timeout makes of it, and what grpc_timeout_header_max does; milliseconds, max 0 is no bound. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "500m, 0, 0, 500, 500",
                "500m, 200, 0, 200, 200",
                "500m, 0, 100, 400, 400",
                "500m, 0, 500, 500, 0.000001",
                "none, 0, 0, 0, none",
                "none, 200, 0, 200, none",
                "0m, 200, 0, 200, 0",
            })
    void limitsIt(String header, long maxMillis, long offsetMillis, long route, Double stream) {
        GrpcLimit limit = new GrpcLimit(maxMillis * MILLI, offsetMillis * MILLI);
        assertThat(GrpcTimeouts.routeNanos(limit, header)).isEqualTo(route * MILLI);
        assertThat(GrpcTimeouts.streamNanos(limit, header)).isEqualTo(stream == null ? -1 : Math.round(stream * MILLI));
    }

    @ParameterizedTest
    @CsvSource({"1000000, 1m", "999, 1m", "99999999000000, 99999999m", "100000000000000, 100000S"})
    void writesIt(long nanos, String header) {
        assertThat(GrpcTimeouts.text(nanos)).isEqualTo(header);
    }
}
