package io.hyaline.runtime.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A command and its client. Each stream has a thread of its own, which blocks when the other side is slow; the event
 * loop only hands over.
 */
final class ExecSession extends SimpleChannelInboundHandler<WebSocketFrame> {

    private static final Logger log = LoggerFactory.getLogger(ExecSession.class);
    private static final int BUFFER_BYTES = 32 << 10;
    private static final int MAX_WAITING_INPUT_BYTES = 256 << 10;
    /** How long output of grandchildren that outlive the command is waited for. */
    private static final int DRAIN_MILLIS = 1000;

    /** Empty input is never queued, so that an empty array can stand for its end. */
    private static final byte[] END = {};

    private final ExecProcess process;
    private final Channel channel;
    private final Runnable whenOver;
    private final LinkedBlockingQueue<byte[]> input = new LinkedBlockingQueue<>();
    private final AtomicInteger waitingInput = new AtomicInteger();
    private final Object writable = new Object();
    private volatile boolean gone;
    private volatile boolean inputUnwanted;

    ExecSession(ExecProcess process, Channel channel, Runnable whenOver) {
        this.process = process;
        this.channel = channel;
        this.whenOver = whenOver;
    }

    /** Starts the streams; the handshake is done. */
    void begin() {
        thread("exec-input", this::feed);
        thread("exec", this::run);
    }

    private static Thread thread(String name, Runnable task) {
        return Thread.ofPlatform().name(name).daemon(true).start(task);
    }

    private void run() {
        try {
            List<Thread> readers = new ArrayList<>();
            for (ExecProcess.Output output : process.outputs()) {
                readers.add(thread("exec-output", () -> copy(output)));
            }
            int code = process.waitFor();
            for (Thread reader : readers) {
                reader.join(DRAIN_MILLIS);
            }
            finish(Channels.status(code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            finish(Channels.failure("interrupted"));
        } finally {
            input.add(END);
            process.close();
            whenOver.run();
        }
    }

    private void copy(ExecProcess.Output output) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            for (int count = output.source().read(buffer);
                    count >= 0;
                    count = output.source().read(buffer)) {
                if (!send(output.channel(), buffer, count)) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            log.debug("output of a command ended", e);
        }
    }

    /** Waits while the client is slow; false when it has left. */
    private boolean send(int number, byte[] bytes, int count) throws InterruptedException {
        ByteBuf frame = Unpooled.buffer(count + 1).writeByte(number).writeBytes(bytes, 0, count);
        channel.writeAndFlush(new BinaryWebSocketFrame(frame));
        synchronized (writable) {
            while (!channel.isWritable() && !gone) {
                writable.wait();
            }
        }
        return !gone;
    }

    private void finish(byte[] status) {
        ByteBuf frame =
                Unpooled.buffer(status.length + 1).writeByte(Channels.ERROR).writeBytes(status);
        channel.write(new BinaryWebSocketFrame(frame));
        channel.writeAndFlush(new CloseWebSocketFrame(1000, "")).addListener(ChannelFutureListener.CLOSE);
    }

    private void feed() {
        try {
            for (byte[] bytes = input.take(); bytes.length > 0; bytes = input.take()) {
                process.write(bytes);
                if (waitingInput.addAndGet(-bytes.length) <= MAX_WAITING_INPUT_BYTES / 2) {
                    channel.eventLoop().execute(this::readOn);
                }
            }
            process.closeInput();
        } catch (IOException e) {
            log.debug("a command takes no more input: {}", e.getMessage());
            inputUnwanted = true;
            input.clear();
            channel.eventLoop().execute(this::readOn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the event loop, where reading is stopped too: otherwise a stop could come after the last go. */
    private void readOn() {
        if (inputUnwanted || waitingInput.get() <= MAX_WAITING_INPUT_BYTES) {
            channel.config().setAutoRead(true);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        switch (frame) {
            case PingWebSocketFrame ping ->
                ctx.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
            case CloseWebSocketFrame _ -> ctx.close();
            default -> {
                if (frame.content().isReadable()) {
                    take(frame.content());
                }
            }
        }
    }

    private void take(ByteBuf content) {
        int number = content.readUnsignedByte();
        byte[] bytes = ByteBufUtil.getBytes(content);
        switch (number) {
            case Channels.STDIN -> {
                if (bytes.length > 0 && !inputUnwanted) {
                    input.add(bytes);
                    if (waitingInput.addAndGet(bytes.length) > MAX_WAITING_INPUT_BYTES) {
                        channel.config().setAutoRead(false);
                    }
                }
            }
            case Channels.CLOSE -> {
                if (bytes.length > 0 && bytes[0] == Channels.STDIN) {
                    input.add(END);
                }
            }
            case Channels.RESIZE -> resize(bytes);
            default -> {} // a client may open channels that mean nothing here
        }
    }

    private void resize(byte[] json) {
        try {
            JsonNode size = Channels.JSON.readTree(json);
            int columns = size.path("Width").asInt(0);
            int rows = size.path("Height").asInt(0);
            if (columns > 0 && rows > 0 && columns < 65536 && rows < 65536) {
                process.resize(columns, rows);
            }
        } catch (JacksonException e) {
            log.debug("a window size that is no JSON", e);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        synchronized (writable) {
            writable.notifyAll();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        gone = true;
        synchronized (writable) {
            writable.notifyAll();
        }
        process.kill();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        log.debug("an exec connection failed", cause);
        ctx.close();
    }
}
