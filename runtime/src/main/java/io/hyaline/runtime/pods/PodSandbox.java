package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.hyaline.runtime.net.PodNet;
import io.hyaline.runtime.sandbox.Sandbox;
import io.hyaline.runtime.volumes.PodVolumes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a pod's containers share: volumes, network, init, host files. Owned by the pod's worker. */
final class PodSandbox {

    private static final Logger log = LoggerFactory.getLogger(PodSandbox.class);

    private final NodeContext node;
    private final Path directory;
    private final PodVolumes volumes;
    private volatile @Nullable Sandbox sandbox;
    private @Nullable PodNet net;

    PodSandbox(NodeContext node, String uid) {
        this.node = node;
        this.directory = node.podDirectory(uid);
        this.volumes = new PodVolumes(
                directory.resolve(".volumes"), node.data(), node.settings().ids());
    }

    /** Makes what is missing, and renews volumes that are due. */
    void ensure(Pod pod, Instant now) {
        if (sandbox != null) {
            if (!volumes.refreshAt().isAfter(now)) {
                volumes.prepare(pod, now);
            }
            return;
        }
        volumes.prepare(pod, now);
        String name = pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        boolean hostNetwork = Objects.equals(pod.getSpec().getHostNetwork(), true);
        PodNet wired = hostNetwork
                ? new PodNet(node.net().namespace(), node.net().addresses(), "")
                : node.net().addPod(name);
        net = wired;
        HostFiles files = new HostFiles(
                pod,
                wired.addresses(),
                node.settings().dnsAddresses(),
                node.settings().domain());
        try {
            Path etc = Files.createDirectories(directory.resolve(".etc"));
            Files.writeString(etc.resolve("hostname"), files.hostname() + "\n");
            Files.writeString(etc.resolve("hosts"), files.hosts());
            Files.writeString(etc.resolve("resolv.conf"), files.resolvConf());
            sandbox = Sandbox.start(node.net().thread(), wired, files.hostname(), volumes.inMemory(pod));
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof RuntimeException r ? r : new UncheckedIOException("pod " + name, (IOException) e);
        }
    }

    boolean ready() {
        Sandbox current = sandbox;
        return current != null && current.alive();
    }

    /** There was an init, and it is gone. */
    boolean lost() {
        Sandbox current = sandbox;
        return current != null && !current.alive();
    }

    @Nullable
    Sandbox current() {
        return sandbox;
    }

    /** None while there is no network. */
    List<String> addresses() {
        PodNet current = net;
        return current == null ? List.of() : current.addresses();
    }

    PodVolumes volumes() {
        return volumes;
    }

    Instant refreshAt() {
        return volumes.refreshAt();
    }

    /** Ends every process of the pod and gives its address back; its files stay. */
    void close() {
        Sandbox current = sandbox;
        if (current != null) {
            current.close();
            sandbox = null;
        }
        PodNet wired = net;
        if (wired != null) {
            if (!wired.link().isEmpty()) {
                node.net().removePod(wired);
            }
            net = null;
        }
    }

    /** Deletes the layers of one run of a container. */
    void deleteLayers(String container, int number) {
        try {
            PodFiles.delete(directory.resolve(container).resolve("run-" + number));
        } catch (IOException e) {
            log.debug("layers of {} run {} are still in use: {}", container, number, e.toString());
        }
    }

    /** Deletes what the pod leaves on disk; {@code onlyLayers} keeps logs and volumes for when the node is back. */
    void deleteFiles(boolean onlyLayers) {
        try {
            if (onlyLayers) {
                PodFiles.deleteLayers(directory);
            } else {
                PodFiles.delete(directory);
            }
        } catch (IOException e) {
            log.warn("{} is not wholly deleted: {}", directory, e.toString());
        }
    }
}
