package io.hyaline.proxy.http2;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadFields;
import io.hyaline.proxy.head.HeaderName;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Headers.PseudoHeaderName;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;

/** Makes field lists of heads. What concerns one HTTP/1 connection only stays behind. */
final class HeadFrames {

    private static final long LEFT_OUT =
            HeaderName.bits(HeaderName.HOST) | (HeaderName.HOP_BY_HOP & ~HeaderName.bits(HeaderName.X_ENVOY_INTERNAL));
    private static final AsciiString[] STATUS = new AsciiString[1000];
    private static final AsciiString HTTP = new AsciiString("http");
    private static final AsciiString HTTPS = new AsciiString("https");
    private static final AsciiString CONNECT = new AsciiString("CONNECT");
    private static final AsciiString PROTOCOL = PseudoHeaderName.PROTOCOL.value();
    static final Http2Headers CONTINUE = ReadOnlyHttp2Headers.serverHeaders(false, new AsciiString("100"));

    static {
        for (int status = 100; status < STATUS.length; status++) {
            STATUS[status] = new AsciiString(String.valueOf(status));
        }
    }

    private HeadFrames() {}

    static Http2Headers answer(Head head) {
        return ReadOnlyHttp2Headers.serverHeaders(false, STATUS[head.status()], fields(head));
    }

    /** An upgrade becomes a CONNECT that names the protocol (RFC 8441); the head stays as it is. */
    static Http2Headers request(Head head) {
        String upgrade = head.value(HeaderName.UPGRADE);
        if (upgrade != null) {
            Http2Headers fields = ReadOnlyHttp2Headers.clientHeaders(
                    false,
                    CONNECT,
                    HeadFields.path(head),
                    head.scheme().equals("https") ? HTTPS : HTTP,
                    HeadFields.authority(head),
                    fields(head, PROTOCOL, new AsciiString(upgrade)));
            head.add(HeaderName.CONNECTION, "upgrade");
            head.add(HeaderName.UPGRADE, upgrade);
            return fields;
        }
        boolean connect = head.method().equals("CONNECT");
        return ReadOnlyHttp2Headers.clientHeaders(
                false,
                AsciiString.cached(head.method()),
                orNull(connect, HeadFields.path(head)),
                orNull(connect, head.scheme().equals("https") ? HTTPS : HTTP),
                HeadFields.authority(head),
                fields(head));
    }

    @SuppressWarnings("NullAway") // Netty leaves out what is null
    private static AsciiString orNull(boolean none, AsciiString text) {
        return none ? null : text;
    }

    static Http2Headers trailers(Head head) {
        return ReadOnlyHttp2Headers.trailers(false, fields(head));
    }

    private static AsciiString[] fields(Head head, AsciiString... before) {
        head.removeAll(LEFT_OUT);
        int count = before.length / 2;
        for (int i = 0; i < head.positions(); i++) {
            if (!head.isRemoved(i)) {
                count++;
            }
        }
        AsciiString[] fields = Arrays.copyOf(before, 2 * count);
        int at = before.length;
        for (int i = 0; i < head.positions(); i++) {
            if (!head.isRemoved(i)) {
                fields[at++] = HeadFields.name(head, i);
                fields[at++] = HeadFields.value(head, i);
            }
        }
        return fields;
    }
}
