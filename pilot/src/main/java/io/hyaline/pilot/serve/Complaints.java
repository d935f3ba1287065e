package io.hyaline.pilot.serve;

import io.hyaline.model.ObjectKey;
import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.xds.server.ResourceStatus;
import io.hyaline.xds.server.ServedType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is to be said against EnvoyFilters because of one proxy: what it refuses, from the refusal until it takes a later
 * version or has the resource no more, and the patches that could not be applied. Owned by its stream, under its lock.
 */
final class Complaints {
    private static final int LONGEST_MESSAGE = 400;

    /** A resource that a proxy has. */
    record Resource(ServedType type, String name) {
        static Resource of(ResourceStatus status) {
            return new Resource(status.type(), status.name());
        }
    }

    private record Refusal(String version, String error, List<ObjectKey> filters) {}

    private final Map<Resource, Refusal> refused = new HashMap<>();
    private List<Complaint> all = List.of();

    List<Complaint> all() {
        return all;
    }

    /** Whether something is refused, so that it matters what the proxy says next. */
    boolean waiting() {
        return !refused.isEmpty();
    }

    /**
     * Looks again; true if there is something else to say now.
     *
     * @param touching the EnvoyFilters that have to do with a resource; asked once for each refusal
     */
    boolean look(
            ProxyNode node,
            List<ResourceStatus> statuses,
            List<Problem> problems,
            Function<Resource, List<ObjectKey>> touching) {
        Set<Resource> present = new HashSet<>();
        for (ResourceStatus status : statuses) {
            Resource resource = Resource.of(status);
            present.add(resource);
            switch (status.state()) {
                case ACKED -> refused.remove(resource);
                case SENT -> {} // what it says to the newer version is not known yet
                case NACKED -> {
                    Refusal known = refused.get(resource);
                    if (known == null
                            || !known.version().equals(status.version())
                            || !known.error().equals(status.error())) {
                        refused.put(resource, new Refusal(status.version(), status.error(), touching.apply(resource)));
                    }
                }
            }
        }
        refused.keySet().retainAll(present);
        List<Complaint> now = said(node);
        problems.stream()
                .filter(p -> p.kind().equals("EnvoyFilter"))
                .forEach(p -> now.add(new Complaint(p.key(), node.name(), p.reason())));
        boolean news = !now.equals(all);
        all = List.copyOf(now);
        return news;
    }

    private List<Complaint> said(ProxyNode node) {
        List<Complaint> all = new ArrayList<>();
        refused.forEach((resource, refusal) -> refusal.filters()
                .forEach(filter -> all.add(new Complaint(filter, node.name(), text(resource, refusal)))));
        all.sort(java.util.Comparator.comparing(Complaint::filter).thenComparing(Complaint::text));
        return all;
    }

    private static String text(Resource resource, Refusal refusal) {
        String what = resource.type().name().toLowerCase(Locale.ROOT) + " " + resource.name();
        String whose = refusal.filters().size() == 1
                ? "as this EnvoyFilter patches it"
                : "patched by several, of which any may be to blame ("
                        + refusal.filters().stream().map(ObjectKey::toString).collect(Collectors.joining(", ")) + ")";
        return what + " is refused, " + whose + ": " + cut(refusal.error());
    }

    private static String cut(String message) {
        String line = message.replace('\n', ' ').strip();
        return line.length() <= LONGEST_MESSAGE ? line : line.substring(0, LONGEST_MESSAGE) + "...";
    }
}
