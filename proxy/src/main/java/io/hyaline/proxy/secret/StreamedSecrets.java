package io.hyaline.proxy.secret;

import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.envoyproxy.envoy.service.secret.v3.SecretDiscoveryServiceGrpc;
import io.grpc.Metadata;
import io.hyaline.proxy.subscribe.Backoff;
import io.hyaline.proxy.subscribe.DiscoveryStream;
import io.hyaline.proxy.subscribe.GrpcChannels;
import io.hyaline.proxy.subscribe.Target;
import io.hyaline.xds.client.Intake;
import io.hyaline.xds.client.ResourceType;
import io.hyaline.xds.client.SotwAds;
import io.hyaline.xds.client.Update;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** Secrets from an SDS server, such as an agent's unix socket. */
public final class StreamedSecrets implements SecretSource {

    private final SotwAds client;
    private final DiscoveryStream<DiscoveryRequest, DiscoveryResponse> stream;
    private final Consumer<Secret> consumer;

    /** @param intake refuses secrets that cannot be used */
    public StreamedSecrets(
            Target server,
            GrpcChannels channels,
            Node node,
            Intake intake,
            ScheduledExecutorService control,
            Consumer<Secret> consumer) {
        this.client = new SotwAds(node, intake);
        this.consumer = consumer;
        this.stream = new DiscoveryStream<>(
                new DiscoveryStream.Server<>(
                        node.getId() + " SDS " + server.endpoint(),
                        () -> channels.open(server),
                        Metadata::new,
                        SecretDiscoveryServiceGrpc.getStreamSecretsMethod()),
                client,
                control,
                Backoff.ofEnvoy(Math::random),
                this::updated);
    }

    @Override
    public void want(Set<String> names) {
        client.want(ResourceType.SECRET, names);
        if (!names.isEmpty()) {
            stream.start();
        }
        stream.send();
    }

    private void updated(Update update) {
        update.changed()
                .forEach(name -> consumer.accept(
                        (Secret) client.resources(ResourceType.SECRET).get(name)));
    }

    @Override
    public String lastFailure() {
        return stream.lastFailure();
    }

    @Override
    public void close() {
        stream.close();
    }
}
