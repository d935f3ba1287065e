package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.runtime.images.Image;
import io.hyaline.runtime.sandbox.ContainerRequest;
import io.hyaline.runtime.sandbox.ContainerRunner;
import io.hyaline.runtime.sandbox.RunAs;
import io.hyaline.runtime.sandbox.RunningContainer;
import io.hyaline.runtime.sandbox.Sandbox;
import io.hyaline.runtime.spec.Environment;
import io.hyaline.runtime.spec.Expansion;
import io.hyaline.runtime.volumes.PodVolumes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns a container of a pod into a run of it: image, environment, mounts, user. */
record ContainerStarter(NodeContext node, PodVolumes volumes) {

    /** A run that has begun, and where from. */
    record Started(RunningContainer run, String imageId) {}

    /** Starts a run whose log and directory carry {@code number}. */
    Started start(Pod pod, Container spec, Sandbox sandbox, int number) {
        Image image = node.images().pull(Objects.requireNonNullElse(spec.getImage(), ""));
        Map<String, String> services = Objects.equals(pod.getSpec().getEnableServiceLinks(), false)
                ? Map.of()
                : node.serviceVariables().apply(pod.getMetadata().getNamespace());
        Map<String, String> env = new Environment(pod, node.data()).of(spec, image.env(), services);
        RunAs user = user(pod, spec, image);
        env.putIfAbsent("HOME", user.uid() == 0 ? "/root" : "/");
        Path podDirectory = node.podDirectory(pod.getMetadata().getUid());
        Path directory = podDirectory.resolve(spec.getName());
        String workingDirectory = spec.getWorkingDir();
        ContainerRequest request = new ContainerRequest(
                pod,
                spec,
                argv(spec, image, env),
                env,
                workingDirectory == null || workingDirectory.isEmpty() ? image.workingDirectory() : workingDirectory,
                user,
                binds(spec, env),
                sandbox,
                podDirectory.resolve(".etc"),
                directory.resolve("run-" + number),
                log(podDirectory, spec.getName(), number),
                node.settings().hidden());
        ContainerRunner runner = node.runners().stream()
                .filter(r -> r.accepts(request))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nothing runs containers of " + spec.getImage()));
        return new Started(runner.start(request), "catalogue://" + image.directory());
    }

    private RunAs user(Pod pod, Container spec, Image image) {
        RunAs wanted =
                RunAs.of(pod.getSpec().getSecurityContext(), spec.getSecurityContext(), image.uid(), image.gid());
        RunAs user = wanted.among(node.settings().ids());
        if (wanted.uid() != user.uid() || !wanted.groups().equals(user.groups())) {
            node.events()
                    .container(
                            node.source(),
                            pod,
                            spec.getName(),
                            true,
                            "UserNotMapped",
                            "runs as the cluster's own user: no other id is mapped, so that runAsUser " + wanted.uid()
                                    + " and the pod's groups are not applied. With newuidmap (package uidmap) and a range in"
                                    + " /etc/subuid and /etc/subgid they are");
        }
        return user;
    }

    static Path log(Path podDirectory, String container, int number) {
        return podDirectory.resolve(container).resolve(number + ".log");
    }

    private List<ContainerRequest.Bind> binds(Container spec, Map<String, String> env) {
        List<ContainerRequest.Bind> binds = new ArrayList<>();
        Path images = node.images().directory();
        if (images.toFile().isDirectory()) {
            binds.add(new ContainerRequest.Bind(images, images.toString(), false, true));
        }
        binds.addAll(volumes.binds(spec, env));
        return binds;
    }

    /** A pod's command replaces the image's entrypoint and arguments; its args replace only the arguments. */
    static List<String> argv(Container spec, Image image, Map<String, String> env) {
        List<String> command = spec.getCommand() == null ? List.of() : spec.getCommand();
        List<String> args = spec.getArgs() == null ? List.of() : spec.getArgs();
        List<String> argv = new ArrayList<>();
        if (!command.isEmpty()) {
            command.forEach(word -> argv.add(Expansion.expand(word, env)));
        } else {
            argv.addAll(image.entrypoint());
        }
        if (!args.isEmpty()) {
            args.forEach(word -> argv.add(Expansion.expand(word, env)));
        } else if (command.isEmpty()) {
            argv.addAll(image.arguments());
        }
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("no command specified: give container " + spec.getName()
                    + " a command, or the image one in images.yaml");
        }
        return argv;
    }
}
