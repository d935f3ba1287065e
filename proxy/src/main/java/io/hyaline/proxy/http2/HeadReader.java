package io.hyaline.proxy.http2;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadFields;
import io.hyaline.proxy.head.HeaderName;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Makes heads of field lists by RFC 9113, section 8. Each method is false when the fields break its rules. */
final class HeadReader {

    private static final AsciiString COOKIE_TEXT = new AsciiString("cookie");
    private static final AsciiString TRAILERS = new AsciiString("trailers");
    private static final long CONNECTION_SPECIFIC = HeaderName.bits(
            HeaderName.CONNECTION,
            HeaderName.KEEP_ALIVE,
            HeaderName.PROXY_CONNECTION,
            HeaderName.TRANSFER_ENCODING,
            HeaderName.UPGRADE);
    private static final int MAX_LENGTH_DIGITS = 18;

    private HeadReader() {}

    /** A request. */
    static boolean request(FieldList fields, Head head) {
        AsciiString method = null;
        AsciiString scheme = null;
        AsciiString path = null;
        AsciiString authority = null;
        int at = 0;
        for (; at < fields.count() && isPseudo(fields.name(at)); at++) {
            PseudoHeaderName name = PseudoHeaderName.getPseudoHeader(fields.name(at));
            AsciiString value = fields.value(at);
            if (name == PseudoHeaderName.METHOD && method == null) {
                method = value;
            } else if (name == PseudoHeaderName.SCHEME && scheme == null) {
                scheme = value;
            } else if (name == PseudoHeaderName.PATH && path == null) {
                path = value;
            } else if (name == PseudoHeaderName.AUTHORITY && authority == null) {
                authority = value;
            } else {
                return false;
            }
        }
        if (method == null || !HeadFields.isToken(method)) {
            return false;
        }
        head.minorVersion(Head.HTTP_2);
        head.method(method.toString());
        boolean connect = head.method().equals("CONNECT");
        if (connect ? scheme != null || path != null || authority == null : scheme == null || !target(path, head)) {
            return false;
        }
        if (connect) {
            head.path("");
        }
        if (authority != null) {
            HeadFields.authority(head, authority);
        }
        return regular(fields, at, head) && !hasConnectionSpecific(head) && settleHost(head);
    }

    private static boolean target(@Nullable AsciiString path, Head head) {
        if (path == null || path.isEmpty() || !HeadFields.path(head, path)) {
            return false;
        }
        return path.byteAt(0) == '/'
                || (path.length() == 1 && path.byteAt(0) == '*' && head.method().equals("OPTIONS"));
    }

    /** The authority counts; a Host beside it is dropped, and one without it takes its place. */
    private static boolean settleHost(Head head) {
        int host = head.find(HeaderName.HOST);
        if (host < 0) {
            return true;
        }
        if (head.hasAuthority()) {
            head.remove(HeaderName.HOST);
            return true;
        }
        boolean one = head.next(HeaderName.HOST, host + 1) < 0;
        head.hostAt(host);
        return one;
    }

    /** An answer. */
    static boolean answer(FieldList fields, Head head) {
        head.minorVersion(Head.HTTP_2);
        if (fields.count() == 0 || PseudoHeaderName.getPseudoHeader(fields.name(0)) != PseudoHeaderName.STATUS) {
            return false;
        }
        AsciiString status = fields.value(0);
        int number = 0;
        for (int i = 0; i < status.length(); i++) {
            int digit = status.byteAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            number = number * 10 + digit;
        }
        head.status(number);
        return status.length() == 3 && number >= 100 && regular(fields, 1, head) && !hasConnectionSpecific(head);
    }

    /** What follows a body. */
    static boolean trailers(FieldList fields, Head head) {
        return regular(fields, 0, head) && !hasConnectionSpecific(head);
    }

    private static boolean isPseudo(AsciiString name) {
        return !name.isEmpty() && name.byteAt(0) == ':';
    }

    /** All fields from a position on; the crumbs of a cookie become one (RFC 9113, 8.2.3). */
    private static boolean regular(FieldList fields, int from, Head head) {
        AsciiString cookie = null;
        for (int i = from; i < fields.count(); i++) {
            AsciiString name = fields.name(i);
            AsciiString value = fields.value(i);
            if (name.equals(COOKIE_TEXT)) {
                cookie = cookie == null ? value : cookie.concat("; ").concat(value);
            } else if (!HeadFields.add(head, name, value)) {
                return false;
            }
        }
        return cookie == null || HeadFields.add(head, COOKIE_TEXT, cookie);
    }

    private static boolean hasConnectionSpecific(Head head) {
        if ((head.present() & CONNECTION_SPECIFIC) != 0) {
            return true;
        }
        int te = head.find(HeaderName.TE);
        return te >= 0 && !head.valueIs(te, TRAILERS.toString());
    }

    /** The length a head announces; -1 when it announces none, -2 when it is no single plain number. */
    static long length(Head head) {
        int at = head.find(HeaderName.CONTENT_LENGTH);
        if (at < 0) {
            return -1;
        }
        int from = head.valueStart(at);
        int until = head.valueEnd(at);
        if (from == until || until - from > MAX_LENGTH_DIGITS || head.next(HeaderName.CONTENT_LENGTH, at + 1) >= 0) {
            return -2;
        }
        long length = 0;
        for (int i = from; i < until; i++) {
            int digit = head.bytes()[i] - '0';
            if (digit < 0 || digit > 9) {
                return -2;
            }
            length = length * 10 + digit;
        }
        return length;
    }
}
