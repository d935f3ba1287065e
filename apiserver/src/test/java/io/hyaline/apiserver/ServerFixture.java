package io.hyaline.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.objects.Kube;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/** A server on a free port with a directory of its own, and clients of it. */
public final class ServerFixture implements AutoCloseable {
    public final Path directory;
    public final ApiServer server;
    public final Kubectl kubectl;
    public final KubernetesClient client;

    private ServerFixture(Path directory, ApiServer server, KubernetesClient client) {
        this.directory = directory;
        this.server = server;
        this.client = client;
        this.kubectl = new Kubectl(directory.resolve("kubeconfig"), directory.resolve("home"));
    }

    public static ServerFixture start() {
        return start(UnaryOperator.identity());
    }

    public static ServerFixture start(UnaryOperator<ApiServerConfig> change) {
        try {
            Path directory = Files.createTempDirectory("apiserver");
            ApiServer server = ApiServer.start(change.apply(ApiServerConfig.local(directory)));
            return new ServerFixture(directory, server, Kube.connect(directory.resolve("kubeconfig")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        server.close();
        delete(directory);
    }

    public static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
