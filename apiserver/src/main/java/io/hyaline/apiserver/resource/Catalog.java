package io.hyaline.apiserver.resource;

import io.hyaline.apiserver.schema.ModelSchemas;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is served at the moment: built-in resources and those of CustomResourceDefinitions. */
public final class Catalog {
    private final List<Resource> builtIns;
    private volatile Index index;

    /** An immutable picture of everything served; its number grows with each change. */
    private record Index(int number, List<Resource> all, Map<GroupVersion, Map<String, Resource>> byPlural) {}

    public Catalog(ModelSchemas schemas) {
        this.builtIns = BuiltIns.table(schemas);
        this.index = index(1, builtIns);
    }

    /** Replaces all custom resources. */
    public synchronized void custom(Collection<Resource> resources) {
        List<Resource> all = new ArrayList<>(builtIns);
        all.addAll(resources);
        index = index(index.number() + 1, all);
    }

    /** Changes when what is served changes. */
    public int number() {
        return index.number();
    }

    public List<Resource> all() {
        return index.all();
    }

    public @Nullable Resource find(GroupVersion version, String plural) {
        Map<String, Resource> resources = index.byPlural().get(version);
        return resources == null ? null : resources.get(plural);
    }

    public @Nullable Resource byKind(GroupVersion version, String kind) {
        for (Resource resource : in(version)) {
            if (resource.kind().equals(kind)) {
                return resource;
            }
        }
        return null;
    }

    /** Any served version of what is stored under a name. */
    public @Nullable Resource byStorage(String storage) {
        for (Resource resource : index.all()) {
            if (resource.is(storage)) {
                return resource;
            }
        }
        return null;
    }

    public List<Resource> in(GroupVersion version) {
        Map<String, Resource> resources = index.byPlural().get(version);
        return resources == null ? List.of() : List.copyOf(resources.values());
    }

    /** Served groups and versions, the preferred version of each group first. */
    public List<GroupVersion> versions() {
        return List.copyOf(index.byPlural().keySet());
    }

    /** Served groups, the core group (empty) first. */
    public Set<String> groups() {
        Set<String> groups = new LinkedHashSet<>();
        versions().forEach(version -> groups.add(version.group()));
        return groups;
    }

    public List<GroupVersion> versions(String group) {
        return versions().stream()
                .filter(version -> version.group().equals(group))
                .toList();
    }

    private static Index index(int number, List<Resource> all) {
        Map<GroupVersion, Map<String, Resource>> byPlural = new LinkedHashMap<>();
        for (Resource resource : all) {
            byPlural.computeIfAbsent(resource.version(), _ -> new LinkedHashMap<>())
                    .put(resource.plural(), resource);
        }
        return new Index(number, List.copyOf(all), byPlural);
    }
}
