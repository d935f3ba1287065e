package io.hyaline.proxy.listen;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.inspect.Inspection;
import io.hyaline.proxy.inspect.ProxyHeader;
import io.hyaline.proxy.listen.ListenerPlan.ListenerFilter;
import io.hyaline.proxy.log.Logs;
import io.hyaline.proxy.log.ResponseFlag;
import io.hyaline.proxy.log.StreamRecord;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.match.ConnectionFacts;
import io.hyaline.proxy.socket.LinuxOptions;
import io.hyaline.proxy.tls.ServerTls;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection between accept and its filter chain: restores the destination, lets the listener filters look at the first
 * bytes, chooses the chain, ends TLS, and leaves.
 */
final class Accepted extends ChannelInboundHandlerAdapter {

    private static final int MAX_INSPECTED_BYTES = 64 * 1024;

    private final long id;
    private final Worker worker;
    private final ListenerTable table;
    private final Logs logs;
    private final Deadline deadline = new Deadline(this::inspectionTimeout);
    private final long startNanos = System.nanoTime();
    private ListenerService listener;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf bytes;
    private Inspection inspection = Inspection.EMPTY;
    private @Nullable InetSocketAddress peer;
    private @Nullable InetSocketAddress local;
    private @Nullable ClientAddress client;
    private boolean restored;
    private int originalSourceMark = -1;
    private int nextFilter;
    private boolean handedOver;
    private boolean over;

    Accepted(long id, Worker worker, ListenerService listener, ListenerTable table, Logs logs) {
        this.id = id;
        this.worker = worker;
        this.listener = listener;
        this.table = table;
        this.logs = logs;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        count(ListenerCounter.DOWNSTREAM_CX_TOTAL, 1);
        count(ListenerCounter.DOWNSTREAM_CX_ACTIVE, 1);
        ListenerService accepting = listener;
        ctx.channel().closeFuture().addListener(closed -> {
            accepting.counters().add(worker.index(), ListenerCounter.DOWNSTREAM_CX_ACTIVE, -1);
            accepting.counters().add(worker.index(), ListenerCounter.DOWNSTREAM_CX_DESTROY, 1);
        });
        if (!(ctx.channel().remoteAddress() instanceof InetSocketAddress from)
                || !(ctx.channel().localAddress() instanceof InetSocketAddress to)) {
            ctx.close();
            return;
        }
        peer = from;
        local = to;
        client = ClientAddress.socket(from);
        ctx.channel().config().setOption(ChannelOption.TCP_NODELAY, true);
        long nanos = listener.plan().filterTimeout().timeout().toNanos();
        if (nanos > 0 && !listener.plan().filters().isEmpty()) {
            worker.deadlines().set(deadline, startNanos, nanos);
        }
        filters();
    }

    private void count(ListenerCounter counter, long amount) {
        listener.counters().add(worker.index(), counter, amount);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (over) {
            in.release();
            return;
        }
        ByteBuf before = bytes;
        bytes = before == null ? in : io.netty.buffer.Unpooled.wrappedBuffer(before, in);
        if (bytes.readableBytes() > MAX_INSPECTED_BYTES) {
            ctx.close();
            return;
        }
        filters();
    }

    /** Runs the listener filters as far as the bytes reach. */
    private void filters() {
        List<ListenerFilter> filters = listener.plan().filters();
        while (nextFilter < filters.size()) {
            ListenerFilter filter = filters.get(nextFilter);
            InetSocketAddress to = local;
            if (to == null || !filter.disabled().test(to.getPort())) {
                Step step = step(filter);
                if (step == Step.WAIT) {
                    return;
                }
                if (step == Step.CLOSE) {
                    close();
                    return;
                }
            }
            nextFilter++;
        }
        handOver();
    }

    private enum Step {
        NEXT,
        WAIT,
        CLOSE
    }

    private Step step(ListenerFilter filter) {
        return switch (filter) {
            case ListenerFilter.OriginalDestination original -> {
                restore();
                yield Step.NEXT;
            }
            case ListenerFilter.OriginalSource(int mark, var disabled) -> {
                originalSourceMark = mark;
                yield Step.NEXT;
            }
            case ListenerFilter.ProxyProtocol(boolean optional, var disabled) -> proxyHeader(optional);
            case ListenerFilter.TlsInspector tls -> {
                inspection = inspection.tls(bytes);
                yield inspection.tlsPending() ? Step.WAIT : Step.NEXT;
            }
            case ListenerFilter.HttpInspector http -> {
                if (inspection.isTls()) {
                    yield Step.NEXT;
                }
                inspection = inspection.http(bytes);
                yield inspection.httpPending() ? Step.WAIT : Step.NEXT;
            }
        };
    }

    private Step proxyHeader(boolean optional) {
        ProxyHeader header = ProxyHeader.read(bytes);
        return switch (header) {
            case ProxyHeader.Incomplete incomplete -> Step.WAIT;
            case ProxyHeader.Malformed malformed -> {
                count(ListenerCounter.DOWNSTREAM_CX_PROXY_PROTO_ERROR, 1);
                yield Step.CLOSE;
            }
            case ProxyHeader.Absent absent -> optional ? Step.NEXT : Step.CLOSE;
            case ProxyHeader.Local(int length) -> {
                skip(length);
                yield Step.NEXT;
            }
            case ProxyHeader.Proxied(int length, InetSocketAddress source, InetSocketAddress destination) -> {
                skip(length);
                client = new ClientAddress(
                        source.getAddress(),
                        source.getPort(),
                        ClientAddress.Origin.PROXY_PROTOCOL,
                        ClientAddress.Voucher.PEER);
                local = destination;
                restored = true;
                yield Step.NEXT;
            }
        };
    }

    private void skip(int length) {
        if (bytes != null) {
            bytes.skipBytes(length);
        }
    }

    private void restore() {
        InetSocketAddress from = peer;
        InetSocketAddress own = local;
        if (from == null || own == null) {
            return;
        }
        Channel channel = channel();
        InetSocketAddress original = LinuxOptions.originalDestination(channel, from);
        if (original != null) {
            restored = true;
            local = original;
        } else if (listener.plan().socket().transparent()) {
            restored = true;
        }
    }

    private Channel channel() {
        ChannelHandlerContext ctx = context;
        if (ctx == null) {
            throw new IllegalStateException("not active yet");
        }
        return ctx.channel();
    }

    /** A redirected connection belongs to the listener of its destination, whose own filters then run. */
    private void handOver() {
        InetSocketAddress to = local;
        if (!handedOver && listener.plan().useOriginalDestination() && to != null) {
            handedOver = true;
            if (!restored) {
                restore();
                to = local;
            }
            ListenerService other = to == null ? null : table.forDestination(to.getAddress(), to.getPort());
            if (other != null && other != listener) {
                listener = other;
                nextFilter = 0;
                filters();
                return;
            }
        }
        choose();
    }

    private void inspectionTimeout() {
        if (over) {
            return;
        }
        count(ListenerCounter.DOWNSTREAM_PRE_CX_TIMEOUT, 1);
        if (listener.plan().filterTimeout().continueOnTimeout()) {
            nextFilter = listener.plan().filters().size();
            handOver();
        } else {
            close();
        }
    }

    private void choose() {
        deadline.cancel();
        over = true;
        LinuxOptions.sendBound(channel(), listener.plan().bufferBytes());
        Downstream downstream = downstream("");
        InetAddress destination = downstream.local().getAddress();
        ConnectionFacts facts = new ConnectionFacts(
                destination,
                downstream.local().getPort(),
                inspection.serverName(),
                inspection.isTls() ? "tls" : "raw_buffer",
                inspection.protocols(),
                downstream.client().address(),
                downstream.client().port(),
                downstream.direct().getAddress());
        ChainService chain = listener.select(facts);
        if (chain == null) {
            count(ListenerCounter.NO_FILTER_CHAIN_MATCH, 1);
            unmatched(downstream);
            return;
        }
        Downstream taken = downstream(chain.plan().name());
        ServerTls tls = chain.tls();
        if (tls == null) {
            serve(chain, taken);
        } else {
            secure(chain, tls, taken);
        }
    }

    private Downstream downstream(String chain) {
        InetSocketAddress from = peer;
        InetSocketAddress to = local;
        ClientAddress caller = client;
        if (from == null || to == null || caller == null) {
            throw new IllegalStateException("not active yet");
        }
        return new Downstream(
                id,
                worker,
                caller,
                from,
                to,
                restored,
                originalSourceMark,
                inspection.serverName(),
                null,
                new Downstream.Labels(
                        listener.plan().name(), chain, listener.plan().direction() == ListenerPlan.Direction.INBOUND),
                ClientAddress.text(to.getAddress(), to.getPort()),
                channel().closeFuture());
    }

    private void unmatched(Downstream downstream) {
        StreamRecord record = new StreamRecord(downstream, startNanos, System.currentTimeMillis() * 1000);
        record.flag(ResponseFlag.NR);
        record.details = "filter_chain_not_found";
        record.close(System.nanoTime());
        logs.of(worker).log(listener.plan().accessLogs(), record);
        close();
    }

    private void secure(ChainService chain, ServerTls tls, Downstream downstream) {
        Channel channel = channel();
        tls.start(channel, new ServerTls.Outcome() {
            @Override
            public void secured(Downstream.Tls ended) {
                count(ListenerCounter.SSL_HANDSHAKE, 1);
                chain.serve(channel, downstream.withTls(ended));
            }

            @Override
            public void failed(String reason) {
                count(ListenerCounter.SSL_CONNECTION_ERROR, 1);
                StreamRecord record = new StreamRecord(downstream, startNanos, System.currentTimeMillis() * 1000);
                record.terminationDetails = reason;
                record.close(System.nanoTime());
                logs.of(worker).log(listener.plan().accessLogs(), record);
                channel.close();
            }
        });
        leave();
    }

    private void serve(ChainService chain, Downstream downstream) {
        chain.serve(channel(), downstream);
        leave();
    }

    /** Hands the bytes seen so far to the next handler and gets out of the way. */
    private void leave() {
        ChannelHandlerContext ctx = context;
        ByteBuf seen = bytes;
        bytes = null;
        if (ctx != null) {
            if (seen != null && seen.isReadable()) {
                ctx.fireChannelRead(seen);
                ctx.fireChannelReadComplete();
            } else if (seen != null) {
                seen.release();
            }
            ctx.pipeline().remove(this);
        }
    }

    private void close() {
        over = true;
        deadline.cancel();
        channel().close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        over = true;
        deadline.cancel();
        if (bytes != null) {
            bytes.release();
            bytes = null;
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
