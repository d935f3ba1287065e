package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRequest.Bind;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code istio-proxy} containers as a real Envoy. Beside it, in the node's process for agents, are the key and
 * certificate (SDS on a unix socket), health and metrics.
 */
final class EnvoyRunner implements ContainerRunner {

    private static final Logger log = LoggerFactory.getLogger(EnvoyRunner.class);
    private static final String BINARY = "/usr/local/bin/envoy";
    private static final String BOOTSTRAP = "/etc/istio/proxy/bootstrap.json";

    /**
     * @param process knows the pods of a node
     * @param sockets a directory in which every pod has one of its own for its SDS socket
     */
    record Agents(ProxyProcess process, Path sockets) {}

    private final Path binary;
    private final Agents agents;
    private final ContainerRunner processes;
    private final Supplier<@Nullable String> controlPlane;

    EnvoyRunner(Path binary, Agents agents, ContainerRunner processes, Supplier<@Nullable String> controlPlane) {
        this.binary = binary;
        this.agents = agents;
        this.processes = processes;
        this.controlPlane = controlPlane;
    }

    @Override
    public boolean accepts(ContainerRequest request) {
        return ProxyImage.isSidecar(request);
    }

    @Override
    public RunningContainer start(ContainerRequest request) {
        Bootstrap forEnvoy = Bootstrap.of(request, controlPlane, Bootstrap.Reader.ENVOY);
        Path bootstrapFile = forEnvoy.write("bootstrap.json", forEnvoy.tree());
        String id = request.pod().getMetadata().getUid();
        Path sockets = socketDirectory(id, request.user().gid());
        addAgent(request, id, bootstrapFile, sockets.resolve("socket"));
        try {
            RunningContainer envoy = processes.start(request.running(
                    argv(request, forEnvoy.ipv6Only()),
                    request.user().withExactly(DedicatedRunner.CAPABILITIES),
                    binds(request, bootstrapFile, sockets)));
            return new WithAgent(envoy, envoy.exit().thenApply(exit -> {
                removeAgent(id, sockets);
                return exit;
            }));
        } catch (RuntimeException e) {
            removeAgent(id, sockets);
            throw e;
        }
    }

    private void removeAgent(String id, Path sockets) {
        agents.process().remove(id);
        try {
            Files.deleteIfExists(sockets);
        } catch (IOException e) {
            log.warn("{} stays: {}", sockets, e.toString());
        }
    }

    private void addAgent(ContainerRequest request, String id, Path bootstrapFile, Path socket) {
        Bootstrap forAgent = Bootstrap.of(request, controlPlane, Bootstrap.Reader.NODE);
        Map<String, Object> pod = forAgent.description(bootstrapFile.toString());
        pod.put("sds", socket.toString());
        String error = agents.process().add(id, pod);
        if (!error.isEmpty()) {
            throw new IllegalStateException("the node's agents refused the pod: " + error);
        }
    }

    /** Short, as paths of unix sockets have to be, and closed to everybody but root and the sidecar's group. */
    private Path socketDirectory(String id, long group) {
        Path directory = agents.sockets().resolve(id);
        try {
            Files.createDirectories(directory);
            Files.setAttribute(directory, "unix:gid", (int) group);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
    }

    private List<Bind> binds(ContainerRequest request, Path bootstrapFile, Path sockets) {
        List<Bind> binds = new ArrayList<>();
        for (Bind bind : request.binds()) {
            boolean forSds = bind.target().equals(Bootstrap.SDS_DIRECTORY);
            binds.add(forSds ? new Bind(sockets, bind.target(), false, true) : bind);
        }
        binds.add(new Bind(bootstrapFile, BOOTSTRAP, true, true));
        binds.add(new Bind(binary, BINARY, true, true));
        return binds;
    }

    /** Envoy's options as Istio's agent gives them, with the log levels that injection wrote down. */
    private static List<String> argv(ContainerRequest request, boolean ipv6Only) {
        List<String> argv = new ArrayList<>(List.of(BINARY, "-c", BOOTSTRAP, "--disable-hot-restart"));
        argv.addAll(List.of("--drain-time-s", "45", "--drain-strategy", "immediate"));
        argv.addAll(List.of("--local-address-ip-version", ipv6Only ? "v6" : "v4", "--file-flush-interval-msec", "100"));
        argv.addAll(List.of("--concurrency", "2", "--allow-unknown-static-fields"));
        for (String argument : request.argv()) {
            if (argument.startsWith("--proxyLogLevel=")) {
                argv.addAll(List.of("--log-level", argument.substring(argument.indexOf('=') + 1)));
            } else if (argument.startsWith("--proxyComponentLogLevel=")) {
                argv.addAll(List.of("--component-log-level", argument.substring(argument.indexOf('=') + 1)));
            }
        }
        return argv;
    }

    /** @param exit completes when the agent has gone too, so that the next run finds its ports free */
    private record WithAgent(RunningContainer envoy, CompletableFuture<Exit> exit) implements RunningContainer {

        @Override
        public void signal(int signal) {
            envoy.signal(signal);
        }

        @Override
        public List<String> entry() {
            return envoy.entry();
        }
    }
}
