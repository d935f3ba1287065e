package io.hyaline.pilot.read;

import io.hyaline.model.route.HttpRoute;
import io.hyaline.objects.istio.VirtualServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a route does to a part of its requests only: failures on purpose, and copies for others. */
final class FaultReader {
    private static final int MILLION = 1_000_000;
    private static final int HUNDREDTH = 10_000;
    private static final Map<String, Integer> GRPC = Map.ofEntries(
            Map.entry("OK", 0),
            Map.entry("CANCELLED", 1),
            Map.entry("UNKNOWN", 2),
            Map.entry("INVALID_ARGUMENT", 3),
            Map.entry("DEADLINE_EXCEEDED", 4),
            Map.entry("NOT_FOUND", 5),
            Map.entry("ALREADY_EXISTS", 6),
            Map.entry("PERMISSION_DENIED", 7),
            Map.entry("RESOURCE_EXHAUSTED", 8),
            Map.entry("FAILED_PRECONDITION", 9),
            Map.entry("ABORTED", 10),
            Map.entry("OUT_OF_RANGE", 11),
            Map.entry("UNIMPLEMENTED", 12),
            Map.entry("INTERNAL", 13),
            Map.entry("UNAVAILABLE", 14),
            Map.entry("DATA_LOSS", 15),
            Map.entry("UNAUTHENTICATED", 16));

    private final VirtualServiceReader names;

    FaultReader(VirtualServiceReader names) {
        this.names = names;
    }

    HttpRoute.@Nullable Fault fault(VirtualServiceSpec.@Nullable Fault fault) {
        if (fault == null) {
            return null;
        }
        VirtualServiceSpec.Delay delay = fault.delay();
        VirtualServiceSpec.Abort abort = fault.abort();
        return new HttpRoute.Fault(
                delay == null ? null : fixed(delay),
                delay == null ? 0 : millionths(delay.percentage(), delay.percent() * HUNDREDTH),
                abort == null ? 0 : abort.httpStatus(),
                abort == null ? HttpRoute.Fault.NO_GRPC_STATUS : grpc(abort.grpcStatus()),
                abort == null ? 0 : millionths(abort.percentage(), 0));
    }

    List<HttpRoute.Mirror> mirrors(VirtualServiceSpec.@Nullable Mirroring mirroring) {
        List<HttpRoute.Mirror> mirrors = new ArrayList<>();
        if (mirroring == null) {
            return mirrors;
        }
        if (mirroring.mirror() != null) {
            int otherwise = mirroring.mirrorPercent() == null ? MILLION : mirroring.mirrorPercent() * HUNDREDTH;
            mirrors.add(new HttpRoute.Mirror(
                    names.destination(mirroring.mirror()), millionths(mirroring.mirrorPercentage(), otherwise)));
        }
        for (VirtualServiceSpec.Mirror mirror : mirroring.mirrors()) {
            mirrors.add(new HttpRoute.Mirror(
                    names.destination(mirror.destination()), millionths(mirror.percentage(), MILLION)));
        }
        return mirrors;
    }

    private static Duration fixed(VirtualServiceSpec.Delay delay) {
        Duration fixed = Durations.orNull("fault.delay.fixedDelay", delay.fixedDelay());
        if (fixed == null) {
            throw new IllegalArgumentException("fault.delay has no fixedDelay; exponentialDelay is not supported");
        }
        return fixed;
    }

    private static int grpc(String status) {
        if (status.isEmpty()) {
            return HttpRoute.Fault.NO_GRPC_STATUS;
        }
        Integer number = GRPC.get(status);
        if (number == null) {
            throw new IllegalArgumentException("fault.abort.grpcStatus \"" + status + "\" is no gRPC status");
        }
        return number;
    }

    private static int millionths(VirtualServiceSpec.@Nullable Percent percent, int otherwise) {
        if (percent == null) {
            return otherwise;
        }
        return (int) Math.round(percent.value() * HUNDREDTH);
    }
}
