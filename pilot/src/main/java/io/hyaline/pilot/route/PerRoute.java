package io.hyaline.pilot.route;

import com.google.protobuf.Any;
import com.google.protobuf.BoolValue;
import io.envoyproxy.envoy.config.core.v3.RuntimeFractionalPercent;
import io.envoyproxy.envoy.config.route.v3.Route;
import io.envoyproxy.envoy.extensions.filters.common.fault.v3.FaultDelay;
import io.envoyproxy.envoy.extensions.filters.http.cors.v3.CorsPolicy;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.FaultAbort;
import io.envoyproxy.envoy.extensions.filters.http.fault.v3.HTTPFault;
import io.envoyproxy.envoy.type.v3.FractionalPercent;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.pilot.wire.Protos;

/** What a route tells the fault and CORS filters. */
final class PerRoute {
    private static final int HUNDRED_PERCENT = 1_000_000;

    private PerRoute() {}

    static void filters(HttpRoute route, Route.Builder result) {
        if (route.fault() != null) {
            result.putTypedPerFilterConfig("envoy.filters.http.fault", Any.pack(fault(route.fault())));
        }
        if (route.cors() != null) {
            result.putTypedPerFilterConfig("envoy.filters.http.cors", Any.pack(cors(route.cors())));
        }
    }

    static FractionalPercent fraction(int millionths) {
        return FractionalPercent.newBuilder()
                .setNumerator(millionths)
                .setDenominator(FractionalPercent.DenominatorType.MILLION)
                .build();
    }

    private static HTTPFault fault(HttpRoute.Fault fault) {
        HTTPFault.Builder result = HTTPFault.newBuilder();
        if (fault.delay() != null) {
            result.setDelay(FaultDelay.newBuilder()
                    .setFixedDelay(Protos.duration(fault.delay()))
                    .setPercentage(fraction(fault.delayMillionths())));
        }
        if (fault.grpcStatus() != HttpRoute.Fault.NO_GRPC_STATUS) {
            result.setAbort(FaultAbort.newBuilder()
                    .setGrpcStatus(fault.grpcStatus())
                    .setPercentage(fraction(fault.abortMillionths())));
        } else if (fault.abortStatus() != 0) {
            result.setAbort(FaultAbort.newBuilder()
                    .setHttpStatus(fault.abortStatus())
                    .setPercentage(fraction(fault.abortMillionths())));
        }
        return result.build();
    }

    private static CorsPolicy cors(HttpRoute.Cors cors) {
        CorsPolicy.Builder result = CorsPolicy.newBuilder()
                .setFilterEnabled(RuntimeFractionalPercent.newBuilder().setDefaultValue(fraction(HUNDRED_PERCENT)))
                .setAllowMethods(String.join(",", cors.methods()))
                .setAllowHeaders(String.join(",", cors.requestHeaders()))
                .setExposeHeaders(String.join(",", cors.exposedHeaders()))
                .setForwardNotMatchingPreflights(BoolValue.of(cors.forwardUnmatchedPreflights()));
        cors.origins().forEach(origin -> result.addAllowOriginStringMatch(RouteMatches.matcher(origin)));
        if (cors.maxAge() != null) {
            result.setMaxAge(String.valueOf(cors.maxAge().toSeconds()));
        }
        if (cors.credentials() != null) {
            result.setAllowCredentials(BoolValue.of(cors.credentials()));
        }
        return result.build();
    }
}
