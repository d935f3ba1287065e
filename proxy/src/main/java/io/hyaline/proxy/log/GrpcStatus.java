package io.hyaline.proxy.log;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import org.jspecify.annotations.Nullable;

/** How a gRPC call ended: by its trailers, by its head, or by the HTTP status that stands for it. */
enum GrpcStatus {
    OK(0, "OK"),
    CANCELLED(1, "Canceled"),
    UNKNOWN(2, "Unknown"),
    INVALID_ARGUMENT(3, "InvalidArgument"),
    DEADLINE_EXCEEDED(4, "DeadlineExceeded"),
    NOT_FOUND(5, "NotFound"),
    ALREADY_EXISTS(6, "AlreadyExists"),
    PERMISSION_DENIED(7, "PermissionDenied"),
    RESOURCE_EXHAUSTED(8, "ResourceExhausted"),
    FAILED_PRECONDITION(9, "FailedPrecondition"),
    ABORTED(10, "Aborted"),
    OUT_OF_RANGE(11, "OutOfRange"),
    UNIMPLEMENTED(12, "Unimplemented"),
    INTERNAL(13, "Internal"),
    UNAVAILABLE(14, "Unavailable"),
    DATA_LOSS(15, "DataLoss"),
    UNAUTHENTICATED(16, "Unauthenticated");

    private static final GrpcStatus[] BY_NUMBER = values();
    private static final int MAX_DIGITS = 9;
    private static final String TYPE = "application/grpc";

    private final String camel;
    private final int number;

    GrpcStatus(int number, String camel) {
        this.camel = camel;
        this.number = number;
    }

    /** The code of a call; -1 when it was none, or has no status yet. */
    static long number(StreamRecord record) {
        Head request = record.request;
        String type = request == null ? null : request.value(HeaderName.CONTENT_TYPE);
        if (type == null
                || !type.startsWith(TYPE)
                || (type.length() > TYPE.length() && "+;".indexOf(type.charAt(TYPE.length())) < 0)) {
            return -1;
        }
        long told = number(record.trailers);
        told = told < 0 ? number(record.response) : told;
        return told < 0 && record.status > 0 ? ofHttp(record.status).number : told;
    }

    private static long number(@Nullable Head head) {
        String text = head == null ? null : head.value(HeaderName.GRPC_STATUS);
        if (text == null || text.isEmpty() || text.length() > MAX_DIGITS) {
            return -1;
        }
        return text.chars().allMatch(c -> c >= '0' && c <= '9') ? Long.parseLong(text) : -1;
    }

    private static GrpcStatus ofHttp(int status) {
        return switch (status) {
            case 400 -> INTERNAL;
            case 401 -> UNAUTHENTICATED;
            case 403 -> PERMISSION_DENIED;
            case 404 -> UNIMPLEMENTED;
            case 429, 502, 503, 504 -> UNAVAILABLE;
            default -> UNKNOWN;
        };
    }

    /** The operator for GRPC_STATUS with this argument. */
    static Operator operator(@Nullable String argument) {
        return switch (argument == null ? "" : argument) {
            case "", "CAMEL_STRING" -> new Operator.Text(r -> text(number(r), false));
            case "SNAKE_STRING" -> new Operator.Text(r -> text(number(r), true));
            case "NUMBER" -> new Operator.OptionalNumber(GrpcStatus::number);
            default ->
                throw new IllegalArgumentException("operator %GRPC_STATUS(" + argument
                        + ")% is not known; its argument is CAMEL_STRING, SNAKE_STRING or NUMBER");
        };
    }

    private static @Nullable String text(long number, boolean snake) {
        if (number < 0) {
            return null;
        }
        if (number >= BY_NUMBER.length) {
            return String.valueOf(number);
        }
        GrpcStatus status = BY_NUMBER[(int) number];
        return snake ? status.name() : status.camel;
    }
}
