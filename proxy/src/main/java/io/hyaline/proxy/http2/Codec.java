package io.hyaline.proxy.http2;

import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionDecoder;
import io.netty.handler.codec.http2.DefaultHttp2ConnectionEncoder;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2FrameWriter;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2PromisedRequestVerifier;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/** Netty's codec put together for one connection: bounded, without priorities, with fields taken as they come. */
record Codec(Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {

    private static final int MAX_SMALL_CONTINUATION_FRAMES = 16;
    private static final int FIELD_OVERHEAD = 32;

    /** Reads every block of fields into the same list. */
    private static final class Fields extends DefaultHttp2HeadersDecoder {
        private final FieldList list = new FieldList();

        Fields(long maxBytes) {
            super(false, maxBytes);
        }

        @Override
        protected Http2Headers newHeaders() {
            return list.cleared();
        }
    }

    /**
     * One end of a connection.
     *
     * @param maxHeadBytes names and values of one head
     */
    static Codec of(boolean server, Http2Limits limits, int maxHeadBytes, int maxHeaders) {
        Http2Connection connection = new DefaultHttp2Connection(server, 0);
        connection
                .remote()
                .flowController(
                        new DefaultHttp2RemoteFlowController(connection, new UniformStreamByteDistributor(connection)));
        // The bound that HPACK keeps counts 32 bytes more for each field.
        long maxListBytes = maxHeadBytes + (long) FIELD_OVERHEAD * maxHeaders;
        Http2Settings settings = new Http2Settings()
                .initialWindowSize(limits.streamWindow())
                .headerTableSize(limits.headerTableBytes())
                .maxHeaderListSize(maxListBytes);
        if (server) {
            settings.maxConcurrentStreams(limits.maxConcurrentStreams());
            // Netty would enforce it only once the client has acknowledged it.
            connection.remote().maxActiveStreams(limits.maxConcurrentStreams());
        } else {
            settings.pushEnabled(false);
        }
        Http2ConnectionEncoder encoder = new ControlFrames(
                new DefaultHttp2ConnectionEncoder(connection, new DefaultHttp2FrameWriter()),
                limits.maxControlFrames());
        Http2ConnectionDecoder decoder = new DefaultHttp2ConnectionDecoder(
                connection,
                encoder,
                new DefaultHttp2FrameReader(new Fields(maxListBytes), MAX_SMALL_CONTINUATION_FRAMES),
                Http2PromisedRequestVerifier.ALWAYS_VERIFY,
                true,
                true,
                false);
        return new Codec(decoder, encoder, settings);
    }
}
