package io.hyaline.runtime.pods;

import io.hyaline.linux.UserIds;
import io.hyaline.runtime.cluster.EventRecorder;
import io.hyaline.runtime.images.Images;
import io.hyaline.runtime.net.NodeNet;
import io.hyaline.runtime.probes.Checks;
import io.hyaline.runtime.probes.Prober;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.spec.ClusterData;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What the workers of a node share.
 *
 * @param state directory below which every pod has one of its own
 * @param serviceVariables by namespace
 * @param runners asked in order who runs a container
 */
public record NodeContext(
        NodeNet net,
        Path state,
        Images images,
        ClusterData data,
        Function<String, Map<String, String>> serviceVariables,
        List<ContainerRunner> runners,
        Checks checks,
        Prober.Threads threads,
        EventRecorder events,
        PodApi api,
        Clock clock,
        Settings settings) {

    /**
     * Settings that are the same on every node.
     *
     * @param dnsAddresses where pods resolve names, the first first
     * @param hidden host directories that containers must not see
     * @param ids users that containers can be
     */
    public record Settings(String domain, List<String> dnsAddresses, List<Path> hidden, UserIds ids) {}

    EventRecorder.Source source() {
        return new EventRecorder.Source("kubelet", net.name());
    }

    Path podDirectory(String uid) {
        return state.resolve("pods").resolve(uid);
    }
}
