package io.hyaline.runtime.volumes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.hyaline.runtime.spec.ClusterData;
import io.hyaline.runtime.spec.Fields;
import io.hyaline.runtime.spec.MissingReferenceException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume that the cluster fills: config map, secret, downward API, projected.
 *
 * @param files by path below the volume
 * @param expires when a token in it has to be replaced at the latest; null without one
 */
record VolumeContent(
        Map<String, VolumeFile> files, @Nullable Instant expires) {

    private static final int DEFAULT_MODE = 0644;
    private static final long TOKEN_SECONDS = 3600;

    /** A file of a volume. */
    @SuppressWarnings("ArrayRecordComponent") // compared by content where it matters, in VolumeDirectory
    record VolumeFile(byte[] bytes, int mode) {}

    /** Null for a kind of volume that is a plain directory or unknown. */
    static @Nullable VolumeContent of(Volume volume, Pod pod, ClusterData cluster) {
        Builder builder = new Builder(pod, cluster);
        if (volume.getConfigMap() != null) {
            var source = volume.getConfigMap();
            builder.mode = mode(source.getDefaultMode());
            builder.configMap(source.getName(), source.getItems(), source.getOptional());
        } else if (volume.getSecret() != null) {
            var source = volume.getSecret();
            builder.mode = mode(source.getDefaultMode());
            builder.secret(source.getSecretName(), source.getItems(), source.getOptional());
        } else if (volume.getDownwardAPI() != null) {
            builder.mode = mode(volume.getDownwardAPI().getDefaultMode());
            builder.downward(volume.getDownwardAPI().getItems());
        } else if (volume.getProjected() != null) {
            builder.mode = mode(volume.getProjected().getDefaultMode());
            volume.getProjected().getSources().forEach(builder::projection);
        } else {
            return null;
        }
        return new VolumeContent(builder.files, builder.expires);
    }

    private static int mode(@Nullable Integer mode) {
        return mode == null ? DEFAULT_MODE : mode;
    }

    private static final class Builder {
        private final Pod pod;
        private final ClusterData cluster;
        private final Map<String, VolumeFile> files = new TreeMap<>();
        private int mode = DEFAULT_MODE;
        private @Nullable Instant expires;

        Builder(Pod pod, ClusterData cluster) {
            this.pod = pod;
            this.cluster = cluster;
        }

        private String namespace() {
            return pod.getMetadata().getNamespace();
        }

        void projection(VolumeProjection source) {
            if (source.getConfigMap() != null) {
                var map = source.getConfigMap();
                configMap(map.getName(), map.getItems(), map.getOptional());
            }
            if (source.getSecret() != null) {
                var secret = source.getSecret();
                secret(secret.getName(), secret.getItems(), secret.getOptional());
            }
            if (source.getDownwardAPI() != null) {
                downward(source.getDownwardAPI().getItems());
            }
            if (source.getServiceAccountToken() != null) {
                token(source.getServiceAccountToken());
            }
        }

        void configMap(String name, @Nullable List<KeyToPath> items, @Nullable Boolean optional) {
            ConfigMap found = cluster.configMap(namespace(), name);
            if (found == null) {
                missing("configmap", name, optional);
                return;
            }
            Map<String, byte[]> entries = new HashMap<>();
            if (found.getData() != null) {
                found.getData().forEach((k, v) -> entries.put(k, v.getBytes(StandardCharsets.UTF_8)));
            }
            if (found.getBinaryData() != null) {
                found.getBinaryData()
                        .forEach((k, v) -> entries.put(k, Base64.getDecoder().decode(v)));
            }
            select(entries, items, "configmap " + name, optional);
        }

        void secret(String name, @Nullable List<KeyToPath> items, @Nullable Boolean optional) {
            Secret found = cluster.secret(namespace(), name);
            if (found == null) {
                missing("secret", name, optional);
                return;
            }
            Map<String, byte[]> entries = new HashMap<>();
            if (found.getData() != null) {
                found.getData()
                        .forEach((k, v) -> entries.put(k, Base64.getDecoder().decode(v)));
            }
            select(entries, items, "secret " + name, optional);
        }

        private void missing(String kind, String name, @Nullable Boolean optional) {
            if (!Objects.equals(optional, true)) {
                throw new MissingReferenceException(kind + " \"" + name + "\" not found");
            }
        }

        private void select(
                Map<String, byte[]> entries, @Nullable List<KeyToPath> items, String what, @Nullable Boolean optional) {
            if (items == null || items.isEmpty()) {
                entries.forEach((key, bytes) -> files.put(key, new VolumeFile(bytes, mode)));
                return;
            }
            for (KeyToPath item : items) {
                byte[] bytes = entries.get(item.getKey());
                if (bytes != null) {
                    put(item.getPath(), bytes, item.getMode());
                } else if (!Objects.equals(optional, true)) {
                    throw new MissingReferenceException("no key " + item.getKey() + " in " + what);
                }
            }
        }

        void downward(List<DownwardAPIVolumeFile> items) {
            for (DownwardAPIVolumeFile item : items) {
                String text;
                if (item.getFieldRef() != null) {
                    text = Fields.value(pod, item.getFieldRef().getFieldPath());
                } else {
                    String container = item.getResourceFieldRef().getContainerName();
                    text = pod.getSpec().getContainers().stream()
                            .filter(c -> c.getName().equals(container))
                            .findFirst()
                            .map(c -> Fields.resource(c, item.getResourceFieldRef()))
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "volume item " + item.getPath() + " names no container of the pod: " + container));
                }
                put(item.getPath(), text.getBytes(StandardCharsets.UTF_8), item.getMode());
            }
        }

        void token(ServiceAccountTokenProjection source) {
            long seconds = source.getExpirationSeconds() == null ? TOKEN_SECONDS : source.getExpirationSeconds();
            ClusterData.Token token = cluster.token(pod, source.getAudience(), seconds);
            put(source.getPath(), token.text().getBytes(StandardCharsets.UTF_8), null);
            Instant before = expires;
            if (before == null || token.expires().isBefore(before)) {
                expires = token.expires();
            }
        }

        private void put(String path, byte[] bytes, @Nullable Integer fileMode) {
            if (path.startsWith("/") || List.of(path.split("/")).contains("..")) {
                throw new IllegalArgumentException("volume path '" + path + "' leaves the volume");
            }
            files.put(path, new VolumeFile(bytes, fileMode == null ? mode : fileMode));
        }
    }
}
