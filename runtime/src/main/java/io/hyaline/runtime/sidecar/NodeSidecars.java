package io.hyaline.runtime.sidecar;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.sandbox.ContainerRunner;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The sidecars of one node: who runs their containers, and the process that the node's pods share, if there is one. */
public final class NodeSidecars implements AutoCloseable {

    /**
     * Where the node is.
     *
     * @param thread starts processes, which die with it
     * @param directory for control sockets and output
     */
    public record Place(NamespaceThread thread, NetNs namespace, Path directory) {}

    private final @Nullable ProxyProcess proxy;
    private final List<ContainerRunner> runners;

    private NodeSidecars(@Nullable ProxyProcess proxy, List<ContainerRunner> runners) {
        this.proxy = proxy;
        this.runners = runners;
    }

    /**
     * @param processes runs containers as processes
     * @param controlPlane ClusterIP of the Service istiod, null while there is none
     */
    public static NodeSidecars start(
            Sidecars how, Place place, ContainerRunner processes, Supplier<@Nullable String> controlPlane) {
        return switch (how) {
            case Sidecars.None _ -> new NodeSidecars(null, List.of());
            case Sidecars.Shared shared -> {
                ProxyProcess proxy = start(shared.node(), place);
                yield new NodeSidecars(
                        proxy,
                        List.of(
                                new SidecarRunner(proxy, processes, controlPlane),
                                new GatewayRunner(proxy, processes, controlPlane)));
            }
            case Sidecars.Dedicated dedicated -> {
                ProxyProcess gateways = ProxyProcess.whenNeeded(
                        place.thread(), place.namespace(), dedicated.gateways().command(), place.directory());
                yield new NodeSidecars(
                        gateways,
                        List.of(
                                new DedicatedRunner(dedicated.pod(), processes, controlPlane),
                                new GatewayRunner(gateways, processes, controlPlane)));
            }
            case Sidecars.Envoy envoy -> {
                ProxyProcess agents = start(envoy.node(), place);
                Path secrets = place.directory().resolve("sds");
                yield new NodeSidecars(
                        agents,
                        List.of(
                                new EnvoyRunner(
                                        envoy.binary(),
                                        new EnvoyRunner.Agents(agents, secrets),
                                        processes,
                                        controlPlane),
                                new GatewayRunner(agents, processes, controlPlane)));
            }
        };
    }

    private static ProxyProcess start(Program program, Place place) {
        return ProxyProcess.start(place.thread(), place.namespace(), program.command(), place.directory());
    }

    /** Who runs sidecars' containers; to be asked before others. */
    public List<ContainerRunner> runners() {
        return runners;
    }

    /** Process id of the process that the node's pods share, or -1 when there is none. */
    public long sharedPid() {
        return proxy == null ? -1 : proxy.pid();
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
    }
}
