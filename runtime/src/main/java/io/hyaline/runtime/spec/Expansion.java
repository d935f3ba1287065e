package io.hyaline.runtime.spec;

import java.util.Map;

/** {@code $(NAME)} in commands, arguments and environment values, as Kubernetes expands it. */
public final class Expansion {

    private Expansion() {}

    /** Unknown names stay as they are written; {@code $$} is a single dollar sign. */
    public static String expand(String text, Map<String, String> values) {
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '$' || i + 1 == text.length()) {
                out.append(c);
                i++;
                continue;
            }
            char next = text.charAt(i + 1);
            int end = next == '(' ? text.indexOf(')', i + 2) : -1;
            if (next == '$') {
                out.append('$');
                i += 2;
            } else if (end > 0) {
                String reference = text.substring(i, end + 1);
                out.append(values.getOrDefault(text.substring(i + 2, end), reference));
                i = end + 1;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }
}
