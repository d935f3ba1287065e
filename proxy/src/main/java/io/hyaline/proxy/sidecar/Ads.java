package io.hyaline.proxy.sidecar;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.AggregatedDiscoveryServiceGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.hyaline.proxy.subscribe.Backoff;
import io.hyaline.proxy.subscribe.BearerToken;
import io.hyaline.proxy.subscribe.DiscoveryStream;
import io.hyaline.proxy.subscribe.FixedHeaders;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.xds.client.AdsClient;
import io.hyaline.xds.client.DeltaAds;
import io.hyaline.xds.client.SotwAds;
import io.hyaline.xds.client.Update;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The ADS stream of one sidecar, of either variant. */
record Ads(AdsClient<?, ?> client, DiscoveryStream<?, ?> stream) {

    private record Server(Target target, FixedHeaders headers) {}

    static Ads open(Parts parts, Target target, Bootstrapped bootstrap, Consumer<Update> updates) {
        Server server = new Server(target, bootstrap.headers());
        return bootstrap.delta()
                ? open(
                        parts,
                        server,
                        AggregatedDiscoveryServiceGrpc.getDeltaAggregatedResourcesMethod(),
                        new DeltaAds(parts.node(), parts.intake()),
                        updates)
                : open(
                        parts,
                        server,
                        AggregatedDiscoveryServiceGrpc.getStreamAggregatedResourcesMethod(),
                        new SotwAds(parts.node(), parts.intake()),
                        updates);
    }

    private static <Q extends Message, R extends Message> Ads open(
            Parts parts, Server to, MethodDescriptor<Q, R> method, AdsClient<Q, R> client, Consumer<Update> updates) {
        Target target = to.target();
        Supplier<Metadata> headers = () -> {
            Metadata all = to.headers().get();
            if (parts.identity() != null) {
                all.merge(new BearerToken(parts.identity().token()).get());
            }
            return all;
        };
        DiscoveryStream.Server<Q, R> server = new DiscoveryStream.Server<>(
                parts.node().getId() + " ADS " + target.endpoint(),
                () -> parts.channels().open(target),
                headers,
                method);
        return new Ads(
                client, new DiscoveryStream<>(server, client, parts.control(), Backoff.ofEnvoy(Math::random), updates));
    }
}
