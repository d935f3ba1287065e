package io.hyaline.proxy.head;

import io.netty.util.AsciiString;

/** Takes fields into a head one by one, and out of it, as HTTP/2 has them. */
public final class HeadFields {

    private HeadFields() {}

    /** Adds a field; false when its name is no token in lower case, or its value has what no value may have. */
    public static boolean add(Head head, AsciiString name, AsciiString value) {
        byte[] letters = name.array();
        int from = name.arrayOffset();
        int hash = 0;
        for (int i = from; i < from + name.length(); i++) {
            byte b = letters[i];
            if (HeadScanner.NAME[b & 0xff] != b) {
                return false;
            }
            hash = hash * 31 + b;
        }
        if (name.isEmpty() || !isValue(value)) {
            return false;
        }
        int nameStart = append(head, name);
        int nameEnd = head.end;
        int valueStart = append(head, value);
        head.put(HeaderName.lookUp(head.bytes, nameStart, nameEnd, hash), nameStart, nameEnd, valueStart, head.end);
        return true;
    }

    private static boolean isValue(AsciiString value) {
        byte[] bytes = value.array();
        int from = value.arrayOffset();
        int until = from + value.length();
        return HeadScanner.printable(bytes, from, until)
                && (from == until || (!HeadScanner.blank(bytes[from]) && !HeadScanner.blank(bytes[until - 1])));
    }

    private static int append(Head head, AsciiString text) {
        int at = head.end;
        head.reserve(text.length());
        System.arraycopy(text.array(), text.arrayOffset(), head.bytes, at, text.length());
        head.end += text.length();
        return at;
    }

    /** Takes a request's target; false when it has what no target may have. */
    public static boolean path(Head head, AsciiString value) {
        head.pathStart = append(head, value);
        head.pathEnd = head.end;
        for (int i = head.pathStart; i < head.pathEnd; i++) {
            byte b = head.bytes[i];
            if (b <= ' ' || b == 0x7f) {
                return false;
            }
        }
        return true;
    }

    public static void authority(Head head, AsciiString value) {
        head.authorityStart = append(head, value);
        head.authorityEnd = head.end;
    }

    /** Whether the text is a token, as a method has to be. */
    public static boolean isToken(AsciiString text) {
        for (int i = 0; i < text.length(); i++) {
            if (HeadScanner.NAME[text.byteAt(i) & 0xff] == 0) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The name at a position, for keeping. */
    public static AsciiString name(Head head, int position) {
        int from = head.index[position * 4];
        int until = head.index[position * 4 + 1];
        HeaderName known = HeaderName.lookUp(head.bytes, from, until, HeaderName.hash(head.bytes, from, until));
        return known != null ? known.ascii : new AsciiString(head.bytes, from, until - from, true);
    }

    /** The value at a position, for keeping. */
    public static AsciiString value(Head head, int position) {
        return text(head, head.valueStart(position), head.valueEnd(position));
    }

    public static AsciiString path(Head head) {
        return text(head, head.pathStart, head.pathEnd);
    }

    public static AsciiString authority(Head head) {
        return text(head, head.authorityStart, head.authorityEnd);
    }

    private static AsciiString text(Head head, int from, int until) {
        return from == until ? AsciiString.EMPTY_STRING : new AsciiString(head.bytes, from, until - from, true);
    }
}
