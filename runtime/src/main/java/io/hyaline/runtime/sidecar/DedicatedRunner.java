package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRequest.Bind;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs {@code istio-proxy} containers as processes of Hyaline's own proxy, one in each pod. CAP_NET_RAW is all that marks
 * and transparent addresses ask for.
 */
final class DedicatedRunner implements ContainerRunner {

    static final Set<String> CAPABILITIES = Set.of("net_raw");
    private static final String INSIDE = "/etc/istio/proxy/";

    private final Program program;
    private final ContainerRunner processes;
    private final Supplier<@Nullable String> controlPlane;

    DedicatedRunner(Program program, ContainerRunner processes, Supplier<@Nullable String> controlPlane) {
        this.program = program;
        this.processes = processes;
        this.controlPlane = controlPlane;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return ProxyImage.isSidecar(request);
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        Bootstrap bootstrap = Bootstrap.of(request, controlPlane, Bootstrap.Reader.OWN_CONTAINER);
        Path bootstrapFile = bootstrap.write("bootstrap.json", bootstrap.tree());
        Path sidecarFile = bootstrap.write("sidecar.json", bootstrap.description(INSIDE + "bootstrap.json"));

        List<Bind> binds = new ArrayList<>();
        program.directories().forEach(directory -> binds.add(new Bind(directory, directory.toString(), false, true)));
        binds.addAll(request.binds());
        binds.add(new Bind(bootstrapFile, INSIDE + "bootstrap.json", true, true));
        binds.add(new Bind(sidecarFile, INSIDE + "sidecar.json", true, true));
        List<String> argv = new ArrayList<>(program.command());
        argv.addAll(List.of("--sidecar", INSIDE + "sidecar.json"));
        return processes.start(request.running(argv, request.user().withExactly(CAPABILITIES), binds));
    }
}
