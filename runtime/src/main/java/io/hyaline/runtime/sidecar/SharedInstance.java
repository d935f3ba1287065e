package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunningContainer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A container that is an instance of the node's shared proxy. It ends when it is removed there. */
class SharedInstance implements RunningContainer {

    private final ProxyProcess proxy;
    private final ContainerRequest request;
    private final ContainerRunner processes;
    private final CompletableFuture<Exit> exit = new CompletableFuture<>();
    private @Nullable RunningContainer shell;

    SharedInstance(ProxyProcess proxy, ContainerRequest request, ContainerRunner processes) {
        this.proxy = proxy;
        this.request = request;
        this.processes = processes;
    }

    /** Has the proxy serve the pod; throws with the proxy's words when it refuses. */
    static SharedInstance add(ProxyProcess proxy, Bootstrap bootstrap, ContainerRunner processes) {
        SharedInstance instance = new SharedInstance(proxy, bootstrap.request(), processes);
        instance.add(bootstrap);
        return instance;
    }

    final void add(Bootstrap bootstrap) {
        Map<String, Object> pod = bootstrap.description(
                bootstrap.write("bootstrap.json", bootstrap.tree()).toString());
        pod.put("log", request.log().toString());
        String error = proxy.add(id(), pod);
        if (!error.isEmpty()) {
            throw new IllegalStateException("the node's proxy refused the pod: " + error);
        }
    }

    final String id() {
        return request.pod().getMetadata().getUid();
    }

    @Override
    public CompletableFuture<Exit> exit() {
        return exit;
    }

    @Override
    public void signal(int signal) {
        remove(signal);
    }

    /** Ends it now. */
    final synchronized void remove(int signal) {
        if (!exit.isDone()) {
            proxy.remove(id());
            if (shell != null) {
                shell.signal(signal);
            }
            exit.complete(Exit.of(0));
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
