package io.hyaline.proxy.http;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.reply.LocalReply;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Path normalization as Envoy's normalize_path and merge_slashes do it. */
final class Paths {

    private Paths() {}

    /** Brings path and host into the form in which they are matched; the answer when they have none. */
    static @Nullable LocalReply settle(HcmPlan.Paths plan, Head head) {
        if (head.method().equals("CONNECT")) {
            return null;
        }
        byte[] bytes = head.bytes();
        int start = head.pathStart();
        if (start == head.pathEnd() || bytes[start] != '/') {
            return LocalReply.NO_PATH;
        }
        for (int i = start; i < head.pathEnd(); i++) {
            if (bytes[i] == '#') {
                return LocalReply.BAD_PATH;
            }
        }
        if (plan.normalize() || plan.mergeSlashes()) {
            String path = normalize(head.path(), plan.normalize(), plan.mergeSlashes());
            if (path == null || (plan.normalize() && path.contains("%00"))) {
                return LocalReply.BAD_PATH;
            }
            if (!path.equals(head.path())) {
                head.path(path);
            }
        }
        String host = plan.stripPort() ? head.authority() : "";
        int colon = host.lastIndexOf(':');
        if (colon > host.lastIndexOf(']')) {
            head.authority(host.substring(0, colon));
        }
        return null;
    }

    /** The normalized target, the same object when nothing changes, or null when the path climbs above its root. */
    static @Nullable String normalize(String target, boolean dots, boolean slashes) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        String result = path;
        if (dots && needsDots(path)) {
            result = dots(decodeDots(path.replace('\\', '/')));
        }
        if (result != null && slashes && result.contains("//")) {
            result = result.replaceAll("/{2,}", "/");
        }
        if (result == null || result.equals(path)) {
            return result == null ? null : target;
        }
        return query < 0 ? result : result + target.substring(query);
    }

    private static boolean needsDots(String path) {
        return path.contains("/.") || path.indexOf('\\') >= 0 || path.indexOf('%') >= 0;
    }

    /** Percent-encoded characters that need no encoding are decoded. */
    private static String decodeDots(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder out = new StringBuilder(path.length());
        int i = 0;
        while (i < path.length()) {
            char c = path.charAt(i);
            int decoded =
                    c == '%' && i + 2 < path.length() ? hex(path.charAt(i + 1)) * 16 + hex(path.charAt(i + 2)) : -1;
            if (decoded >= 0 && unreserved((char) decoded)) {
                out.append((char) decoded);
                i += 3;
            } else {
                out.append(c);
                i++;
            }
        }
        return out.toString();
    }

    private static int hex(char c) {
        int digit = Character.digit(c, 16);
        return digit < 0 ? -1000 : digit;
    }

    private static boolean unreserved(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '.'
                || c == '_'
                || c == '~';
    }

    private static @Nullable String dots(String path) {
        ArrayDeque<String> kept = new ArrayDeque<>();
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals("..")) {
                kept.pollLast();
                if (last) {
                    kept.addLast("");
                }
            } else if (segments[i].equals(".")) {
                if (last) {
                    kept.addLast("");
                }
            } else {
                kept.addLast(segments[i]);
            }
        }
        return "/" + String.join("/", kept);
    }
}
