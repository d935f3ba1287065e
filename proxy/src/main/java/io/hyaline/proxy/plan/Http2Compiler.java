package io.hyaline.proxy.plan;

import com.google.protobuf.UInt32Value;
import io.envoyproxy.envoy.config.core.v3.Http2ProtocolOptions;
import io.envoyproxy.envoy.config.core.v3.KeepaliveSettings;
import io.hyaline.proxy.http2.Http2Limits;
import java.time.Duration;

/** HTTP/2 settings, of either side. */
final class Http2Compiler {

    private static final int SMALLEST_WINDOW = 65_535;
    private static final int JITTER_PERCENT = 15;

    private Http2Compiler() {}

    /** @param standard what holds where the options name nothing */
    static Http2Limits limits(Http2ProtocolOptions options, Http2Limits standard) {
        Fields.only(
                options,
                "hpack_table_size",
                "max_concurrent_streams",
                "initial_stream_window_size",
                "initial_connection_window_size",
                "max_outbound_control_frames",
                "max_consecutive_inbound_frames_with_empty_payload",
                "max_inbound_priority_frames_per_stream",
                "max_inbound_window_update_frames_per_data_frame_sent",
                "allow_connect",
                "connection_keepalive",
                "override_stream_error_on_invalid_http_message");
        Fields.off(options.getAllowConnect(), "http2_protocol_options.allow_connect");
        if (options.hasOverrideStreamErrorOnInvalidHttpMessage()
                && !options.getOverrideStreamErrorOnInvalidHttpMessage().getValue()) {
            throw Fields.refuse("http2_protocol_options.override_stream_error_on_invalid_http_message false is not"
                    + " supported: a broken message ends its stream, not the connection; remove it");
        }
        return new Http2Limits(
                positive(
                        options.hasMaxConcurrentStreams(),
                        options.getMaxConcurrentStreams(),
                        standard.maxConcurrentStreams(),
                        "max_concurrent_streams"),
                window(
                        options.hasInitialStreamWindowSize(),
                        options.getInitialStreamWindowSize(),
                        standard.streamWindow(),
                        "initial_stream_window_size"),
                window(
                        options.hasInitialConnectionWindowSize(),
                        options.getInitialConnectionWindowSize(),
                        standard.connectionWindow(),
                        "initial_connection_window_size"),
                Fields.number(options.hasHpackTableSize(), options.getHpackTableSize(), standard.headerTableBytes()),
                positive(
                        options.hasMaxOutboundControlFrames(),
                        options.getMaxOutboundControlFrames(),
                        standard.maxControlFrames(),
                        "max_outbound_control_frames"),
                Fields.number(
                        options.hasMaxConsecutiveInboundFramesWithEmptyPayload(),
                        options.getMaxConsecutiveInboundFramesWithEmptyPayload(),
                        standard.maxEmptyFrames()),
                Fields.number(
                        options.hasMaxInboundPriorityFramesPerStream(),
                        options.getMaxInboundPriorityFramesPerStream(),
                        standard.maxPriorityFrames()),
                positive(
                        options.hasMaxInboundWindowUpdateFramesPerDataFrameSent(),
                        options.getMaxInboundWindowUpdateFramesPerDataFrameSent(),
                        standard.maxWindowUpdates(),
                        "max_inbound_window_update_frames_per_data_frame_sent"),
                options.hasConnectionKeepalive() ? keepAlive(options.getConnectionKeepalive()) : null);
    }

    private static Http2Limits.KeepAlive keepAlive(KeepaliveSettings settings) {
        Duration timeout = Fields.duration(settings.getTimeout());
        Duration interval = Fields.duration(settings.getInterval());
        Duration idle = Fields.duration(settings.getConnectionIdleInterval());
        if (timeout.toMillis() < 1 || (interval.isZero() && idle.isZero())) {
            throw Fields.refuse(
                    "connection_keepalive needs a timeout, and an interval or a connection_idle_interval, of"
                            + " at least 1ms");
        }
        int jitter = settings.hasIntervalJitter()
                ? (int) Math.round(settings.getIntervalJitter().getValue())
                : JITTER_PERCENT;
        return new Http2Limits.KeepAlive(interval, timeout, jitter, idle);
    }

    private static int positive(boolean present, UInt32Value proto, int otherwise, String field) {
        int number = Fields.number(present, proto, otherwise);
        if (number < 1) {
            throw Fields.refuse("http2_protocol_options." + field + " must be at least 1");
        }
        return number;
    }

    private static int window(boolean present, UInt32Value proto, int otherwise, String field) {
        int number = Fields.number(present, proto, otherwise);
        if (number < SMALLEST_WINDOW) {
            throw Fields.refuse("http2_protocol_options." + field + " must be at least " + SMALLEST_WINDOW);
        }
        return number;
    }
}
