package io.hyaline.runtime.sandbox;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything that one run of a container needs, with every reference already resolved.
 *
 * @param spec the container as the pod names it
 * @param argv program and arguments, image defaults filled in
 * @param env complete environment, in order
 * @param binds what is mounted where, in order
 * @param podDirectory holds hostname, hosts and resolv.conf
 * @param directory the container's own: overlay layers, start script
 * @param log CRI file of this run
 * @param hidden host directories that the container must not see
 */
public record ContainerRequest(
        Pod pod,
        Container spec,
        List<String> argv,
        Map<String, String> env,
        String workingDirectory,
        RunAs user,
        List<Bind> binds,
        Sandbox sandbox,
        Path podDirectory,
        Path directory,
        Path log,
        List<Path> hidden) {

    /** The same run of another program, by another user, with other mounts. */
    public ContainerRequest running(List<String> program, RunAs as, List<Bind> mounts) {
        return new ContainerRequest(
                pod, spec, program, env, workingDirectory, as, mounts, sandbox, podDirectory, directory, log, hidden);
    }

    /**
     * A directory or file of the host that appears in the container.
     *
     * @param source absolute, on the host
     * @param target absolute, in the container
     */
    public record Bind(Path source, String target, boolean file, boolean readOnly) {}
}
