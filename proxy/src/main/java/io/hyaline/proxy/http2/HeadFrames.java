package io.hyaline.proxy.http2;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeadFields;
import io.hyaline.proxy.head.HeaderName;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;

/** Makes field lists of heads. What concerns one HTTP/1 connection only stays behind. */
final class HeadFrames {

    private static final long LEFT_OUT =
            HeaderName.bits(HeaderName.HOST) | (HeaderName.HOP_BY_HOP & ~HeaderName.bits(HeaderName.X_ENVOY_INTERNAL));
    private static final AsciiString[] STATUS = new AsciiString[1000];
    private static final AsciiString HTTP = new AsciiString("http");
    private static final AsciiString HTTPS = new AsciiString("https");
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

    static Http2Headers request(Head head) {
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

    private static AsciiString[] fields(Head head) {
        head.removeAll(LEFT_OUT);
        int count = 0;
        for (int i = 0; i < head.positions(); i++) {
            if (!head.isRemoved(i)) {
                count++;
            }
        }
        AsciiString[] fields = new AsciiString[2 * count];
        int at = 0;
        for (int i = 0; i < head.positions(); i++) {
            if (!head.isRemoved(i)) {
                fields[at++] = HeadFields.name(head, i);
                fields[at++] = HeadFields.value(head, i);
            }
        }
        return fields;
    }
}
