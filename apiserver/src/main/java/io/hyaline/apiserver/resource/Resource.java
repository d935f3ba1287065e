package io.hyaline.apiserver.resource;

import io.hyaline.apiserver.schema.Schema;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One resource in one version as it is served: everything that discovery, storage, validation and tables need to know.
 *
 * @param storage name under which objects are stored, the same for all versions: {@code deployments.apps}
 * @param subresources those that are served: status, scale, log, ...
 * @param custom what a CustomResourceDefinition says beyond the others; null for built-in kinds
 */
public record Resource(
        GroupVersion version,
        Names names,
        boolean namespaced,
        Set<String> subresources,
        Schema schema,
        String storage,
        GroupVersion storageVersion,
        boolean counted,
        @Nullable Custom custom) {

    public String group() {
        return version.group();
    }

    public String plural() {
        return names.plural();
    }

    public String kind() {
        return names.kind();
    }

    public String apiVersion() {
        return version.toString();
    }

    public boolean has(String subresource) {
        return subresources.contains(subresource);
    }

    public boolean is(String storageName) {
        return storage.equals(storageName);
    }

    /** Kinds that are asked or told something and never stored. */
    public boolean createOnly() {
        return custom == null && (kind().endsWith("Review") || kind().equals("Binding"));
    }

    /** Whether reading and writing need another form than the stored one. */
    public boolean converted() {
        return !version.equals(storageVersion);
    }
}
