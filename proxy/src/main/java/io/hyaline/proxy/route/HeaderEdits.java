package io.hyaline.proxy.route;

import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.log.LogFormat;
import java.util.List;

/** Headers to add to and to remove from a request or a response; names in lower case. */
public record HeaderEdits(List<Addition> additions, List<HeaderName> removals) {

    public static final HeaderEdits NONE = new HeaderEdits(List.of(), List.of());

    /** One header to add; its value may contain {@code %OPERATOR%}s. */
    public record Addition(HeaderName name, LogFormat value, Append append, boolean keepEmpty) {}

    /** Envoy's HeaderAppendAction. */
    public enum Append {
        APPEND_IF_EXISTS_OR_ADD,
        ADD_IF_ABSENT,
        OVERWRITE_IF_EXISTS_OR_ADD,
        OVERWRITE_IF_EXISTS
    }

    public boolean isEmpty() {
        return additions.isEmpty() && removals.isEmpty();
    }
}
