package io.hyaline.proxy.log;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;

/** Where in a head a header operator reads: a header, or one of the pseudo headers. */
sealed interface Source {

    boolean write(Head head, LogBuffer out, boolean json, int maxLength);

    static Source of(String name) {
        return switch (name.toLowerCase(java.util.Locale.ROOT)) {
            case ":method" -> new Pseudo(Part.METHOD);
            case ":path" -> new Pseudo(Part.PATH);
            case ":authority", "host" -> new Pseudo(Part.AUTHORITY);
            case ":scheme" -> new Pseudo(Part.SCHEME);
            case ":status" -> new Pseudo(Part.STATUS);
            default -> new Named(HeaderName.of(name));
        };
    }

    /** A header by name. */
    record Named(HeaderName name) implements Source {
        @Override
        public boolean write(Head head, LogBuffer out, boolean json, int maxLength) {
            int at = head.find(name);
            if (at < 0) {
                return false;
            }
            int next = head.next(name, at + 1);
            if (next >= 0) {
                return text(String.valueOf(head.joined(name)), out, json, maxLength);
            }
            bytes(head.bytes(), head.valueStart(at), head.valueEnd(at), out, json, maxLength);
            return true;
        }
    }

    /** What HTTP/2 calls pseudo headers. */
    record Pseudo(Part part) implements Source {
        @Override
        public boolean write(Head head, LogBuffer out, boolean json, int maxLength) {
            return switch (part) {
                case METHOD -> text(head.method(), out, json, maxLength);
                case SCHEME -> text(head.scheme(), out, json, maxLength);
                case STATUS -> text(String.valueOf(head.status()), out, json, maxLength);
                case PATH -> {
                    bytes(head.bytes(), head.pathStart(), head.pathEnd(), out, json, maxLength);
                    yield head.pathEnd() > head.pathStart();
                }
                case AUTHORITY -> {
                    bytes(head.bytes(), head.authorityStart(), head.authorityEnd(), out, json, maxLength);
                    yield head.hasAuthority();
                }
            };
        }
    }

    /** The pseudo headers. */
    enum Part {
        METHOD,
        PATH,
        AUTHORITY,
        SCHEME,
        STATUS
    }

    private static void bytes(byte[] bytes, int from, int until, LogBuffer out, boolean json, int maxLength) {
        int end = Math.min(until, from + maxLength);
        if (json) {
            out.escaped(bytes, from, end);
        } else {
            out.raw(bytes, from, end);
        }
    }

    private static boolean text(String text, LogBuffer out, boolean json, int maxLength) {
        if (text.isEmpty()) {
            return false;
        }
        String cut = text.length() > maxLength ? text.substring(0, maxLength) : text;
        if (json) {
            out.escaped(cut);
        } else {
            out.raw(cut);
        }
        return true;
    }
}
