package io.hyaline.model.route;

import java.util.List;
import java.util.Map;

/** What is done to the headers of requests and of answers. */
public record HeaderChanges(Edits request, Edits response) {
    public static final HeaderChanges NONE = new HeaderChanges(Edits.NONE, Edits.NONE);

    /** Values that replace, values that are added, names that go. */
    public record Edits(Map<String, String> set, Map<String, String> add, List<String> remove) {
        public static final Edits NONE = new Edits(Map.of(), Map.of(), List.of());

        public Edits {
            set = Map.copyOf(set);
            add = Map.copyOf(add);
            remove = List.copyOf(remove);
        }
    }
}
