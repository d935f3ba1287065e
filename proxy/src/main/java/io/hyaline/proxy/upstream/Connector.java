package io.hyaline.proxy.upstream;

import io.hyaline.proxy.codec.ClientStream.Reset;
import io.hyaline.proxy.loop.Deadlines.Deadline;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.socket.LinuxOptions;
import io.hyaline.proxy.socket.Sockets;
import io.hyaline.proxy.tls.ClientTls;
import io.hyaline.proxy.tls.TlsPlan;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Opens connections to hosts: socket options, source address, connect, TLS. */
public final class Connector {

    private static final int FIRST_SPOOFED_PORT = 20_000;
    private static final int SPOOFED_PORTS = 10_000;
    private static final int SPOOFED_TRIES = 64;

    private final Sockets sockets;
    private final ClusterPlan.Sockets defaults;
    private final int mark;
    private final ClientTls tls;

    public Connector(Sockets sockets, ClusterPlan.Sockets defaults, int mark, ClientTls tls) {
        this.sockets = sockets;
        this.defaults = defaults;
        this.mark = mark;
        this.tls = tls;
    }

    /** How an attempt ended; exactly one is called, on the worker's loop. */
    public interface Outcome {

        void connected(Channel channel);

        void failed(Reset reset, String reason);
    }

    /** The bind address and options that count for a cluster. */
    ClusterPlan.Sockets socketsFor(ClusterPlan plan) {
        ClusterPlan.Sockets own = plan.sockets();
        return own.bind() == null && own.options().isEmpty() && own.keepAlive() == null ? defaults : own;
    }

    void connect(Worker worker, ClusterPlan plan, Host host, Pool.Key key, Outcome outcome) {
        Attempt attempt = new Attempt(worker, plan, host, key, outcome);
        worker.deadlines()
                .set(
                        attempt.deadline,
                        System.nanoTime(),
                        plan.connecting().timeout().toNanos());
        attempt.start(SPOOFED_TRIES);
    }

    private final class Attempt {
        private final Worker worker;
        private final ClusterPlan plan;
        private final Host host;
        private final Pool.Key key;
        private final Outcome outcome;
        private final Deadline deadline = new Deadline(this::timeout);
        private @Nullable Channel channel;
        private boolean over;

        Attempt(Worker worker, ClusterPlan plan, Host host, Pool.Key key, Outcome outcome) {
            this.worker = worker;
            this.plan = plan;
            this.host = host;
            this.key = key;
            this.outcome = outcome;
        }

        void start(int tries) {
            Channel opened =
                    host.address() instanceof DomainSocketAddress ? sockets.pipeChannel() : sockets.clientChannel();
            channel = opened;
            opened.pipeline().addLast(new ChannelInboundHandlerAdapter());
            try {
                options(opened);
            } catch (RuntimeException e) {
                opened.unsafe().closeForcibly();
                fail(Reset.CONNECT_FAILURE, "socket option: " + e.getMessage());
                return;
            }
            worker.loop().register(opened).addListener(registered -> {
                if (registered.isSuccess()) {
                    connect(opened, tries);
                } else {
                    fail(Reset.CONNECT_FAILURE, String.valueOf(registered.cause()));
                }
            });
        }

        private void options(Channel opened) {
            opened.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
            LinuxOptions.sendBound(opened, plan.connecting().bufferBytes());
            if (host.address() instanceof DomainSocketAddress) {
                return;
            }
            opened.config().setOption(ChannelOption.TCP_NODELAY, true);
            ClusterPlan.Sockets configured = socketsFor(plan);
            if (configured.keepAlive() != null) {
                LinuxOptions.keepAlive(
                        opened,
                        configured.keepAlive().probes(),
                        configured.keepAlive().time(),
                        configured.keepAlive().interval());
            }
            for (ClusterPlan.SocketOption option : configured.options()) {
                LinuxOptions.set(opened, option.level(), option.name(), option.value());
            }
            switch (key.source()) {
                case Source.Own() -> LinuxOptions.mark(opened, mark);
                case Source.Bound(var address, int port) -> {
                    LinuxOptions.mark(opened, mark);
                    LinuxOptions.bindWithoutPort(opened);
                }
                case Source.Client(var address, int clientMark) -> {
                    LinuxOptions.transparent(opened, address);
                    LinuxOptions.mark(opened, clientMark);
                    opened.config().setOption(ChannelOption.SO_REUSEADDR, true);
                }
            }
        }

        private void connect(Channel opened, int tries) {
            SocketAddress target = host.address();
            SocketAddress local = switch (key.source()) {
                case Source.Own() -> null;
                case Source.Bound(var address, int port) -> new InetSocketAddress(address, port);
                case Source.Client(var address, int clientMark) ->
                    new InetSocketAddress(
                            address, FIRST_SPOOFED_PORT + worker.random().nextInt(SPOOFED_PORTS));
            };
            ChannelFuture future = local == null ? opened.connect(target) : opened.connect(target, local);
            future.addListener(done -> {
                if (over) {
                    opened.close();
                } else if (done.isSuccess()) {
                    secure(opened);
                } else if (key.source() instanceof Source.Client && tries > 1 && collision(done.cause())) {
                    opened.close();
                    start(tries - 1);
                } else {
                    fail(Reset.CONNECT_FAILURE, "delayed connect error: " + reason(done.cause()));
                }
            });
        }

        private void secure(Channel opened) {
            Preamble preamble = key.preamble();
            if (preamble != null) {
                opened.writeAndFlush(preamble.bytes(opened.alloc()), opened.voidPromise());
            }
            TlsPlan.Upstream security = host.transport().security();
            if (security == null) {
                succeed(opened);
                return;
            }
            tls.start(opened, security, key.alpn(), new ClientTls.Outcome() {
                @Override
                public void secured() {
                    succeed(opened);
                }

                @Override
                public void failed(String reason) {
                    fail(Reset.CONNECT_FAILURE, reason);
                }
            });
        }

        private void succeed(Channel opened) {
            if (!over) {
                over = true;
                deadline.cancel();
                outcome.connected(opened);
            }
        }

        private void fail(Reset reset, String reason) {
            if (!over) {
                over = true;
                deadline.cancel();
                Channel opened = channel;
                if (opened != null && opened.isRegistered()) {
                    opened.close();
                }
                outcome.failed(reset, reason);
            }
        }

        private void timeout() {
            fail(Reset.CONNECT_TIMEOUT, "");
        }
    }

    private static boolean collision(@Nullable Throwable cause) {
        String text = String.valueOf(cause);
        return text.contains("Address already in use") || text.contains("Cannot assign requested address");
    }

    /** The system's own words for an error, without Netty's around them. */
    static String reason(@Nullable Throwable cause) {
        String text = cause == null ? "" : String.valueOf(cause.getMessage());
        for (String known : KNOWN_ERRORS) {
            if (text.contains(known)) {
                return known;
            }
        }
        return text;
    }

    private static final String[] KNOWN_ERRORS = {
        "Connection refused",
        "Connection reset by peer",
        "Connection timed out",
        "No route to host",
        "Network is unreachable",
        "Permission denied",
        "Operation not permitted",
        "Cannot assign requested address",
        "Address already in use",
        "Invalid argument",
        "No such file or directory"
    };
}
