package io.hyaline.pilot.patch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The operations that change which elements a list has, and where; merging is not among them. */
final class NamedList {
    private NamedList() {}

    /**
     * Applies one patch.
     *
     * @param named the patch says which element; INSERT without it means front or end, REPLACE nothing
     */
    static <T> List<T> apply(
            List<T> elements, Patch patch, boolean named, Predicate<T> matches, Function<Patch, T> value) {
        List<T> result = new ArrayList<>(elements);
        switch (patch.operation()) {
            case ADD -> result.add(value.apply(patch));
            case INSERT_FIRST -> result.addFirst(value.apply(patch));
            case INSERT_BEFORE -> insert(result, named ? indexOf(result, matches) : 0, patch, value);
            case INSERT_AFTER -> insert(result, named ? after(indexOf(result, matches)) : result.size(), patch, value);
            case REPLACE -> {
                int index = named ? indexOf(result, matches) : -1;
                if (index >= 0) {
                    result.set(index, value.apply(patch));
                }
            }
            case REMOVE -> result.removeIf(matches);
            case MERGE, MERGE_AND_REPLACE_LIST -> {}
        }
        return result;
    }

    private static <T> void insert(List<T> list, int index, Patch patch, Function<Patch, T> value) {
        if (index >= 0) {
            list.add(index, value.apply(patch));
        }
    }

    private static int after(int index) {
        return index < 0 ? -1 : index + 1;
    }

    private static <T> int indexOf(List<T> list, Predicate<T> matches) {
        for (int i = 0; i < list.size(); i++) {
            if (matches.test(list.get(i))) {
                return i;
            }
        }
        return -1;
    }
}
