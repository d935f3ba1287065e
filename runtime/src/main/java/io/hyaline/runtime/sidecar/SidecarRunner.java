package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Runs {@code istio-proxy} containers as instances of the node's shared proxy. */
final class SidecarRunner implements ContainerRunner {

    private final ProxyProcess proxy;
    private final ContainerRunner processes;
    private final Supplier<@Nullable String> controlPlane;

    /**
     * @param processes runs the process that exec enters, when there is an exec
     * @param controlPlane ClusterIP of the Service istiod, null while there is none
     */
    SidecarRunner(ProxyProcess proxy, ContainerRunner processes, Supplier<@Nullable String> controlPlane) {
        this.proxy = proxy;
        this.processes = processes;
        this.controlPlane = controlPlane;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return ProxyImage.isSidecar(request);
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        return SharedInstance.add(proxy, Bootstrap.of(request, controlPlane, Bootstrap.Reader.NODE), processes);
    }
}
