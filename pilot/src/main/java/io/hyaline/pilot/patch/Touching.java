package io.hyaline.pilot.patch;

import com.google.protobuf.Message;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.generate.ProxyResources;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which EnvoyFilters have to do with a resource. */
public final class Touching {
    private Touching() {}

    /**
     * Those without which the resource would be another one, each judged with all that apply before it.
     *
     * @param made the proxy's resources before any patch
     */
    public static List<ObjectKey> of(
            MeshSnapshot mesh, ProxyNode node, ProxyResources made, ServedType type, String name) {
        List<EnvoyFilter> filters = EnvoyFilter.concerning(
                mesh.envoyFilters(), mesh.mesh().rootNamespace(), node.namespace(), node.labels());
        ProxyResources ofType = made.only(type);
        Set<ServedType> types = EnumSet.of(type);
        List<ObjectKey> touching = new ArrayList<>();
        Message before = ofType.of(type).get(name);
        for (int count = 1; count <= filters.size(); count++) {
            MeshSnapshot some = mesh.withEnvoyFilters(filters.subList(0, count));
            Message after = patched(some, node, ofType, types, type, name);
            if (!Objects.equals(before, after)) {
                touching.add(filters.get(count - 1).key());
            }
            before = after;
        }
        return touching;
    }

    private static @Nullable Message patched(
            MeshSnapshot mesh,
            ProxyNode node,
            ProxyResources made,
            Set<ServedType> types,
            ServedType type,
            String name) {
        return Patcher.apply(mesh, node, made, types).resources().of(type).get(name);
    }
}
