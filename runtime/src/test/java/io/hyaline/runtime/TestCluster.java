package io.hyaline.runtime;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.hyaline.apiserver.ApiServer;
import io.hyaline.apiserver.ApiServerConfig;
import io.hyaline.apiserver.stream.KubectlStreams;
import io.hyaline.linux.Command;
import io.hyaline.linux.NetNs;
import io.hyaline.objects.Kube;
import io.hyaline.runtime.net.AddressPlan;
import io.hyaline.runtime.net.Ip;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A whole cluster: the API server on loopback, everything else in namespaces of its own. */
final class TestCluster implements AutoCloseable {

    final Path directory;
    final KubernetesClient client;
    final NetNs host = NetNs.create("host");
    private final AddressPlan addresses;
    private ApiServer server;
    private ClusterRuntime runtime;

    TestCluster(Path directory) {
        this(directory, AddressPlan.DEFAULT);
    }

    TestCluster(Path directory, AddressPlan addresses) {
        this.directory = directory;
        this.addresses = addresses;
        String loopback = addresses.primary().family() == Ip.V4 ? "127.0.0.1" : "::1";
        server = ApiServer.start(ApiServerConfig.local(directory)
                .withNetwork(List.of(loopback), addresses.each(f -> f.services().toString()))
                .withPodStreams(new KubectlStreams()));
        client = Kube.connect(directory.resolve("kubeconfig"));
        startRuntime();
    }

    void startRuntime() {
        runtime = ClusterRuntime.start(RuntimeConfig.of(directory.resolve("kubeconfig"), directory, host)
                .withAddresses(addresses));
    }

    void stopRuntime() {
        runtime.close();
    }

    ClusterRuntime runtime() {
        return runtime;
    }

    void apply(String yaml) {
        for (HasMetadata object : client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()) {
            client.resource(object)
                    .inNamespace("default")
                    .createOr(r -> r.unlock().update());
        }
    }

    List<Pod> pods(String app) {
        return client.pods().inNamespace("default").withLabel("app", app).list().getItems().stream()
                .filter(p -> p.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    Pod readyPod(String app) {
        return pods(app).stream()
                .filter(p -> p.getStatus() != null
                        && p.getStatus().getConditions().stream()
                                .anyMatch(c -> c.getType().equals("Ready")
                                        && c.getStatus().equals("True")))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no ready pod of " + app));
    }

    Command.Result exec(Pod pod, String container, String... command) {
        var view = runtime.kubelets().stream()
                .flatMap(k -> k.find("default", pod.getMetadata().getName(), container).stream())
                .findFirst()
                .orElseThrow();
        List<String> argv = new ArrayList<>(view.entry().get());
        argv.addAll(List.of(command));
        return Command.of(argv).withTimeout(10).run();
    }

    @Override
    public void close() {
        runtime.close();
        client.close();
        server.close();
        host.close();
    }
}
