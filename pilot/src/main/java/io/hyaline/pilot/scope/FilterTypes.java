package io.hyaline.pilot.scope;

import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.patch.Concerning;
import io.hyaline.xds.server.ServedType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The types of resources for which other patches hold. */
final class FilterTypes {
    private FilterTypes() {}

    static Set<ServedType> between(MeshSnapshot before, MeshSnapshot after, ProxyNode node) {
        List<Concerning> old = Concerning.of(before, node);
        List<Concerning> now = Concerning.of(after, node);
        Set<ServedType> types = EnumSet.allOf(ServedType.class);
        types.removeIf(type -> of(old, type).equals(of(now, type)));
        return types;
    }

    private static List<Concerning> of(List<Concerning> all, ServedType type) {
        return all.stream().filter(patch -> patch.type() == type).toList();
    }
}
