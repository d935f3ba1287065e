package io.hyaline.proxy.upstream;

/** Envoy's counters and gauges of a cluster, by their names in lower case; {@code UPSTREAM_RQ_RESENT} is Hyaline's own. */
public enum ClusterCounter {
    UPSTREAM_CX_TOTAL,
    UPSTREAM_CX_ACTIVE,
    UPSTREAM_CX_HTTP1_TOTAL,
    UPSTREAM_CX_CONNECT_FAIL,
    UPSTREAM_CX_CONNECT_TIMEOUT,
    UPSTREAM_CX_OVERFLOW,
    UPSTREAM_CX_DESTROY,
    UPSTREAM_CX_NONE_HEALTHY,
    UPSTREAM_RQ_TOTAL,
    UPSTREAM_RQ_ACTIVE,
    UPSTREAM_RQ_COMPLETED,
    UPSTREAM_RQ_1XX,
    UPSTREAM_RQ_2XX,
    UPSTREAM_RQ_3XX,
    UPSTREAM_RQ_4XX,
    UPSTREAM_RQ_5XX,
    UPSTREAM_RQ_CANCELLED,
    UPSTREAM_RQ_TIMEOUT,
    UPSTREAM_RQ_PER_TRY_TIMEOUT,
    UPSTREAM_RQ_MAX_DURATION_REACHED,
    UPSTREAM_RQ_PENDING_TOTAL,
    UPSTREAM_RQ_PENDING_ACTIVE,
    UPSTREAM_RQ_PENDING_OVERFLOW,
    UPSTREAM_RQ_PENDING_FAILURE_EJECT,
    UPSTREAM_RQ_RETRY,
    UPSTREAM_RQ_RETRY_ACTIVE,
    UPSTREAM_RQ_RETRY_OVERFLOW,
    UPSTREAM_RQ_RETRY_LIMIT_EXCEEDED,
    UPSTREAM_RQ_RETRY_SUCCESS,
    UPSTREAM_RQ_RESENT,
    UPSTREAM_CX_RX_BYTES_TOTAL,
    UPSTREAM_CX_TX_BYTES_TOTAL;

    /** The counter of a status' class. */
    public static ClusterCounter ofStatus(int status) {
        return switch (status / 100) {
            case 1 -> UPSTREAM_RQ_1XX;
            case 2 -> UPSTREAM_RQ_2XX;
            case 3 -> UPSTREAM_RQ_3XX;
            case 4 -> UPSTREAM_RQ_4XX;
            default -> UPSTREAM_RQ_5XX;
        };
    }
}
