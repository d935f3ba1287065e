package io.hyaline.runtime.volumes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.hyaline.linux.UserIds;
import io.hyaline.runtime.sandbox.ContainerRequest.Bind;
import io.hyaline.runtime.spec.ClusterData;
import io.hyaline.runtime.spec.Expansion;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The volumes of one pod, as directories of the host. Owned by the pod's worker. */
public final class PodVolumes {

    /** Config maps and secrets are looked at again this often. */
    private static final Duration REFRESH = Duration.ofSeconds(60);

    private final Path directory;
    private final ClusterData cluster;
    private final UserIds ids;
    private final Map<String, Path> sources = new HashMap<>();
    private Instant refreshAt = Instant.MAX;

    /** @param ids groups that exist here; another fsGroup has no effect */
    public PodVolumes(Path directory, ClusterData cluster, UserIds ids) {
        this.directory = directory;
        this.ids = ids;
        this.cluster = cluster;
    }

    /**
     * Makes every volume of the pod ready.
     *
     * @throws MissingReferenceException when something that a volume shows is not there yet
     */
    public void prepare(Pod pod, Instant now) {
        Instant next = now.plus(REFRESH);
        boolean filled = false;
        for (Volume volume : volumes(pod)) {
            try {
                VolumeContent content = VolumeContent.of(volume, pod, cluster);
                Path source = content == null ? plain(pod, volume) : directory.resolve(volume.getName());
                if (content != null) {
                    new VolumeDirectory(source).replace(content.files());
                    filled = true;
                    next = earlier(next, content.expires(), now);
                }
                sources.put(volume.getName(), source);
            } catch (MissingReferenceException | IllegalArgumentException e) {
                throw new MissingReferenceException(
                        "MountVolume.SetUp failed for volume \"" + volume.getName() + "\": " + e.getMessage());
            } catch (IOException e) {
                throw new UncheckedIOException("volume " + volume.getName(), e);
            }
        }
        refreshAt = filled ? next : Instant.MAX;
    }

    /** When {@link #prepare} is due again: config maps and secrets change, tokens expire. */
    public Instant refreshAt() {
        return refreshAt;
    }

    private static Instant earlier(Instant next, @Nullable Instant expires, Instant now) {
        if (expires == null) {
            return next;
        }
        // As the kubelet does: a token is replaced when 80 % of its life is over.
        Instant renew = now.plus(Duration.between(now, expires).multipliedBy(8).dividedBy(10));
        return renew.isBefore(next) ? renew : next;
    }

    private Path plain(Pod pod, Volume volume) throws IOException {
        if (volume.getHostPath() != null) {
            return hostPath(
                    Path.of(volume.getHostPath().getPath()),
                    volume.getHostPath().getType());
        }
        if (volume.getEmptyDir() == null) {
            throw new IllegalArgumentException(
                    "this kind of volume is not there on one machine; use emptyDir, hostPath, configMap or secret");
        }
        Path source = directory.resolve(volume.getName());
        if (!Files.exists(source)) {
            Files.createDirectories(source);
            Files.setPosixFilePermissions(source, VolumeDirectory.permissions(0777));
            Long group = pod.getSpec().getSecurityContext() == null
                    ? null
                    : pod.getSpec().getSecurityContext().getFsGroup();
            if (group != null && ids.has(group)) {
                Files.setAttribute(source, "unix:gid", group.intValue());
            }
        }
        return source;
    }

    private static Path hostPath(Path path, @Nullable String type) throws IOException {
        if (Objects.equals(type, "DirectoryOrCreate")) {
            Files.createDirectories(path);
        } else if (Objects.equals(type, "FileOrCreate") && !Files.exists(path)) {
            Files.createFile(path);
        } else if (!Files.exists(path)) {
            throw new IllegalArgumentException("hostPath " + path + " does not exist on this machine");
        }
        return path;
    }

    /** Directories of emptyDir volumes that are to be memory. */
    public List<Path> inMemory(Pod pod) {
        List<Path> found = new ArrayList<>();
        for (Volume volume : volumes(pod)) {
            if (volume.getEmptyDir() != null
                    && Objects.equals(volume.getEmptyDir().getMedium(), "Memory")) {
                found.add(directory.resolve(volume.getName()));
            }
        }
        return found;
    }

    /** The host's directory behind a volume. */
    public @Nullable Path source(String volume) {
        return sources.get(volume);
    }

    /** What {@code container} mounts, in order; nested targets come after what they are nested in. */
    public List<Bind> binds(Container container, Map<String, String> env) {
        List<Bind> binds = new ArrayList<>();
        List<VolumeMount> mounts = container.getVolumeMounts() == null ? List.of() : container.getVolumeMounts();
        for (VolumeMount mount : mounts) {
            Path source = sources.get(mount.getName());
            if (source == null) {
                throw new MissingReferenceException("container " + container.getName() + " mounts volume "
                        + mount.getName() + ", which the pod does not have");
            }
            binds.add(bind(mount, source, env));
        }
        binds.sort((a, b) -> Integer.compare(depth(a.target()), depth(b.target())));
        return binds;
    }

    private static Bind bind(VolumeMount mount, Path volume, Map<String, String> env) {
        String sub =
                mount.getSubPathExpr() != null ? Expansion.expand(mount.getSubPathExpr(), env) : mount.getSubPath();
        Path source =
                sub == null || sub.isEmpty() ? volume : volume.resolve(sub).normalize();
        if (!source.startsWith(volume)) {
            throw new IllegalArgumentException("subPath '" + sub + "' leaves volume " + mount.getName());
        }
        try {
            if (!Files.exists(source)) {
                Files.createDirectories(source);
            }
            Path real = source.toRealPath();
            boolean readOnly = Objects.equals(mount.getReadOnly(), true);
            return new Bind(real, mount.getMountPath(), !Files.isDirectory(real), readOnly);
        } catch (IOException e) {
            throw new UncheckedIOException("subPath of volume " + mount.getName(), e);
        }
    }

    private static int depth(String target) {
        return (int) target.chars().filter(c -> c == '/').count();
    }

    private static List<Volume> volumes(Pod pod) {
        return pod.getSpec().getVolumes() == null ? List.of() : pod.getSpec().getVolumes();
    }
}
