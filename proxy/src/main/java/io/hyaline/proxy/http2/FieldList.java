package io.hyaline.proxy.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The fields of one header block in the order they came. One for each connection, filled anew for every block. */
final class FieldList extends DefaultHttp2Headers {

    private static final AsciiString STATUS = PseudoHeaderName.STATUS.value();

    private AsciiString[] fields = new AsciiString[64];
    private int end;

    FieldList() {
        super(false, 2);
    }

    FieldList cleared() {
        Arrays.fill(fields, 0, end, null);
        end = 0;
        return this;
    }

    int count() {
        return end / 2;
    }

    AsciiString name(int i) {
        return fields[2 * i];
    }

    AsciiString value(int i) {
        return fields[2 * i + 1];
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (end == fields.length) {
            fields = Arrays.copyOf(fields, 2 * end);
        }
        fields[end++] = AsciiString.of(name);
        fields[end++] = AsciiString.of(value);
        return this;
    }

    /** What the codec asks of an answer. */
    @Override
    public @Nullable CharSequence status() {
        for (int i = 0; i < count(); i++) {
            if (name(i).contentEquals(STATUS)) {
                return value(i);
            }
        }
        return null;
    }
}
