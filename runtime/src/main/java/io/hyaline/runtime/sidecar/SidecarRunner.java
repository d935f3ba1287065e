package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
        Bootstrap bootstrap = Bootstrap.of(request, controlPlane, Bootstrap.Reader.NODE);
        String id = request.pod().getMetadata().getUid();
        Map<String, Object> add = new LinkedHashMap<>();
        add.put("op", "add");
        add.put("id", id);
        add.put("pod", bootstrap.podName());
        add.put("netns", "/proc/" + request.sandbox().initPid() + "/ns/net");
        add.put("bootstrap", bootstrap.write("bootstrap.json", bootstrap.tree()).toString());
        add.put("log", request.log().toString());
        add.put("identity", bootstrap.identity());
        add.put("env", request.env());
        String error = proxy.add(id, add);
        if (!error.isEmpty()) {
            throw new IllegalStateException("the node's proxy refused the pod: " + error);
        }
        return new Instance(id, request);
    }

    private final class Instance implements RunningContainer {
        private final String id;
        private final ContainerRequest request;
        private final CompletableFuture<Exit> exit = new CompletableFuture<>();
        private @Nullable RunningContainer shell;

        Instance(String id, ContainerRequest request) {
            this.id = id;
            this.request = request;
        }

        @Override
        public CompletableFuture<Exit> exit() {
            return exit;
        }

        @Override
        public void signal(int signal) {
            if (!exit.isDone()) {
                proxy.remove(id);
                endShell(signal);
                exit.complete(Exit.of(0));
            }
        }

        private synchronized void endShell(int signal) {
            if (shell != null) {
                shell.signal(signal);
            }
        }

        /** There is no process of this container until somebody wants to look around in it. */
        @Override
        public synchronized List<String> entry() {
            RunningContainer entered = shell;
            if (entered == null || entered.exit().isDone()) {
                entered = processes.start(asShell());
                shell = entered;
            }
            return entered.entry();
        }

        private ContainerRequest asShell() {
            return new ContainerRequest(
                    request.pod(),
                    request.spec(),
                    List.of("sleep", "infinity"),
                    request.env(),
                    request.workingDirectory(),
                    request.user(),
                    request.binds(),
                    request.sandbox(),
                    request.podDirectory(),
                    request.directory(),
                    request.directory().resolve("shell.log"),
                    request.hidden());
        }
    }
}
