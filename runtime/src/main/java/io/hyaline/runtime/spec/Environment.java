package io.hyaline.runtime.spec;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A container's environment. */
public final class Environment {

    private final Pod pod;
    private final ClusterData cluster;

    public Environment(Pod pod, ClusterData cluster) {
        this.pod = pod;
        this.cluster = cluster;
    }

    /**
     * Later entries win: image, services, envFrom, env.
     *
     * @param imageEnv what the image sets
     * @param services variables of the namespace's services
     * @throws MissingReferenceException when a config map, secret or key is not there and not optional
     */
    public Map<String, String> of(Container container, Map<String, String> imageEnv, Map<String, String> services) {
        Map<String, String> env = new LinkedHashMap<>(imageEnv);
        env.put("HOSTNAME", pod.getMetadata().getName());
        env.putAll(services);
        Map<String, String> known = new LinkedHashMap<>(services);
        if (container.getEnvFrom() != null) {
            for (EnvFromSource source : container.getEnvFrom()) {
                Map<String, String> entries = from(source);
                env.putAll(entries);
                known.putAll(entries);
            }
        }
        if (container.getEnv() != null) {
            for (EnvVar variable : container.getEnv()) {
                String value = value(container, variable, known);
                if (value != null) {
                    env.put(variable.getName(), value);
                    known.put(variable.getName(), value);
                }
            }
        }
        return env;
    }

    private Map<String, String> from(EnvFromSource source) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        Map<String, String> entries = new LinkedHashMap<>();
        if (source.getConfigMapRef() != null) {
            boolean optional = Objects.equals(source.getConfigMapRef().getOptional(), true);
            configMap(source.getConfigMapRef().getName(), optional).forEach((k, v) -> entries.put(prefix + k, v));
        }
        if (source.getSecretRef() != null) {
            boolean optional = Objects.equals(source.getSecretRef().getOptional(), true);
            secret(source.getSecretRef().getName(), optional).forEach((k, v) -> entries.put(prefix + k, v));
        }
        return entries;
    }

    private @Nullable String value(Container container, EnvVar variable, Map<String, String> known) {
        EnvVarSource from = variable.getValueFrom();
        if (from == null) {
            return Expansion.expand(variable.getValue() == null ? "" : variable.getValue(), known);
        }
        if (from.getFieldRef() != null) {
            return Fields.value(pod, from.getFieldRef().getFieldPath());
        }
        if (from.getResourceFieldRef() != null) {
            return Fields.resource(container, from.getResourceFieldRef());
        }
        if (from.getConfigMapKeyRef() != null) {
            var ref = from.getConfigMapKeyRef();
            boolean optional = Objects.equals(ref.getOptional(), true);
            return key(configMap(ref.getName(), optional), ref.getKey(), "configmap " + ref.getName(), optional);
        }
        if (from.getSecretKeyRef() != null) {
            var ref = from.getSecretKeyRef();
            boolean optional = Objects.equals(ref.getOptional(), true);
            return key(secret(ref.getName(), optional), ref.getKey(), "secret " + ref.getName(), optional);
        }
        throw new IllegalArgumentException(
                "env " + variable.getName() + " has a valueFrom of a kind that is not known");
    }

    private @Nullable String key(Map<String, String> entries, String key, String what, boolean optional) {
        String value = entries.get(key);
        if (value == null && !optional) {
            throw new MissingReferenceException("couldn't find key " + key + " in " + what + " of namespace "
                    + pod.getMetadata().getNamespace());
        }
        return value;
    }

    private Map<String, String> configMap(String name, boolean optional) {
        ConfigMap found = cluster.configMap(pod.getMetadata().getNamespace(), name);
        if (found == null && !optional) {
            throw new MissingReferenceException("configmap \"" + name + "\" not found");
        }
        return found == null || found.getData() == null ? Map.of() : found.getData();
    }

    private Map<String, String> secret(String name, boolean optional) {
        Secret found = cluster.secret(pod.getMetadata().getNamespace(), name);
        if (found == null && !optional) {
            throw new MissingReferenceException("secret \"" + name + "\" not found");
        }
        Map<String, String> entries = new LinkedHashMap<>();
        if (found != null && found.getData() != null) {
            found.getData()
                    .forEach((k, v) ->
                            entries.put(k, new String(Base64.getDecoder().decode(v), StandardCharsets.UTF_8)));
        }
        return entries;
    }
}
