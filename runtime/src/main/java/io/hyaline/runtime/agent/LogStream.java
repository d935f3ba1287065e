package io.hyaline.runtime.agent;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log on its way to one client. Reads on the thread of {@link LogStreams} only, and only while the client takes
 * what was read before.
 */
final class LogStream extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(LogStream.class);
    /** Blocks in a row, then it is the next stream's turn. */
    private static final int TURN = 16;

    private final ChannelHandlerContext connection;
    private final LogReader reader;
    private final BooleanSupplier mayGrow;
    private final LogStreams streams;
    private boolean ended;

    /** @param mayGrow whether the container may still write; asked before the last look at the file */
    LogStream(ChannelHandlerContext connection, LogReader reader, BooleanSupplier mayGrow, LogStreams streams) {
        this.connection = connection;
        this.reader = reader;
        this.mayGrow = mayGrow;
        this.streams = streams;
    }

    void pump() {
        try {
            for (int i = 0; i < TURN && !ended && connection.channel().isWritable(); i++) {
                boolean growing = mayGrow.getAsBoolean();
                byte[] bytes = reader.next();
                if (bytes != null && bytes.length > 0) {
                    connection.writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes)));
                } else if (bytes == null || !growing) {
                    end();
                } else {
                    return;
                }
            }
            if (!ended && connection.channel().isWritable()) {
                streams.run(this::pump);
            }
        } catch (IOException e) {
            log.warn("a log cannot be read on", e);
            ended = true;
            connection.close();
        }
    }

    private void end() {
        ended = true;
        connection.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
    }

    void close() {
        ended = true;
        try {
            reader.close();
        } catch (IOException e) {
            log.debug("closing a log", e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (ctx.channel().isWritable()) {
            streams.run(this::pump);
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        streams.remove(this);
        ctx.fireChannelInactive();
    }
}
