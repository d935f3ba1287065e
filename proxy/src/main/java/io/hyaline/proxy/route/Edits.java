package io.hyaline.proxy.route;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.StreamRecord;

/** Carries out header edits. */
public final class Edits {

    private Edits() {}

    public static void apply(HeaderEdits edits, Head head, StreamRecord record) {
        for (HeaderName name : edits.removals()) {
            head.remove(name);
        }
        for (HeaderEdits.Addition addition : edits.additions()) {
            String value = addition.value().apply(record);
            if (!value.isEmpty() || addition.keepEmpty()) {
                add(addition, value, head);
            }
        }
    }

    private static void add(HeaderEdits.Addition addition, String value, Head head) {
        HeaderName name = addition.name();
        switch (addition.append()) {
            case APPEND_IF_EXISTS_OR_ADD -> head.add(name, value);
            case ADD_IF_ABSENT -> {
                if (!head.has(name)) {
                    head.add(name, value);
                }
            }
            case OVERWRITE_IF_EXISTS_OR_ADD -> head.set(name, value);
            case OVERWRITE_IF_EXISTS -> {
                if (head.has(name)) {
                    head.set(name, value);
                }
            }
        }
    }
}
