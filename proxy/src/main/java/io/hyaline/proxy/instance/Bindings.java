package io.hyaline.proxy.instance;

import io.hyaline.proxy.listen.Acceptor;
import io.hyaline.proxy.listen.ListenerPlan;
import io.hyaline.proxy.socket.LinuxOptions;
import io.hyaline.proxy.socket.Sockets;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listening sockets: bound while a listener wants them, kept when only its chains change. */
final class Bindings {

    private static final Logger LOG = LoggerFactory.getLogger(Bindings.class);

    /** What a socket is, so that a change of it means another socket. */
    private record Socket(SocketAddress address, ListenerPlan.SocketPlan plan) {}

    private final Sockets sockets;
    private final Function<String, Acceptor> acceptors;
    private final Map<String, Map<Socket, Channel>> byListener = new HashMap<>();

    Bindings(Sockets sockets, Function<String, Acceptor> acceptors) {
        this.sockets = sockets;
        this.acceptors = acceptors;
    }

    /** Closes sockets that nobody wants and opens the missing ones; a failure names listener and address. */
    void apply(Map<String, ListenerPlan> listeners) {
        for (String name : new ArrayList<>(byListener.keySet())) {
            ListenerPlan plan = listeners.get(name);
            Map<Socket, Channel> open = byListener.getOrDefault(name, Map.of());
            List<Socket> wanted = plan == null ? List.of() : wanted(plan);
            open.entrySet().removeIf(socket -> {
                boolean unwanted = !wanted.contains(socket.getKey());
                if (unwanted) {
                    socket.getValue().close().syncUninterruptibly();
                }
                return unwanted;
            });
            if (open.isEmpty()) {
                byListener.remove(name);
            }
        }
        BindFailure failure = null;
        for (ListenerPlan plan : listeners.values()) {
            for (Socket socket : wanted(plan)) {
                Map<Socket, Channel> open = byListener.computeIfAbsent(plan.name(), name -> new HashMap<>());
                if (!open.containsKey(socket)) {
                    try {
                        bind(plan.name(), socket, open);
                    } catch (BindFailure e) {
                        // The other listeners serve all the same.
                        failure = e;
                    }
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static List<Socket> wanted(ListenerPlan plan) {
        return plan.socket().bind()
                ? plan.addresses().stream()
                        .filter(address -> !isServedByIpv4(address, plan))
                        .map(address -> new Socket(address, plan.socket()))
                        .toList()
                : List.of();
    }

    /** A socket at 0.0.0.0 is one of both families here, so a second one at :: of the same port would find it taken. */
    private static boolean isServedByIpv4(SocketAddress address, ListenerPlan plan) {
        return address instanceof InetSocketAddress wanted
                && wanted.getAddress() instanceof Inet6Address
                && wanted.getAddress().isAnyLocalAddress()
                && plan.addresses().stream()
                        .anyMatch(other -> other instanceof InetSocketAddress inet
                                && inet.getAddress() instanceof Inet4Address
                                && inet.getAddress().isAnyLocalAddress()
                                && inet.getPort() == wanted.getPort());
    }

    private void bind(String listener, Socket socket, Map<Socket, Channel> open) {
        ServerChannel channel = sockets.serverChannel();
        channel.pipeline().addLast((ChannelHandler) acceptors.apply(listener));
        try {
            channel.config().setOption(ChannelOption.SO_BACKLOG, socket.plan().backlog());
            channel.config().setOption(ChannelOption.SO_REUSEADDR, true);
            if (socket.plan().transparent() && socket.address() instanceof InetSocketAddress inet) {
                LinuxOptions.transparent(channel, inet.getAddress());
            }
        } catch (RuntimeException e) {
            channel.unsafe().closeForcibly();
            throw failure(listener, socket, e);
        }
        Throwable cause =
                sockets.loops().next().register(channel).awaitUninterruptibly().cause();
        if (cause == null) {
            cause = channel.bind(socket.address()).awaitUninterruptibly().cause();
        }
        if (cause != null) {
            channel.close();
            throw failure(listener, socket, cause);
        }
        open.put(socket, channel);
    }

    private static BindFailure failure(String listener, Socket socket, Throwable cause) {
        LOG.warn("listener {} cannot listen on {}: {}", listener, socket.address(), cause.getMessage());
        return new BindFailure(
                "listener '" + listener + "' cannot listen on " + socket.address() + ": " + cause.getMessage(), cause);
    }

    /** The addresses that a listener is really bound to, with the ports that the kernel chose. */
    List<SocketAddress> addresses(String listener) {
        return byListener.getOrDefault(listener, Map.of()).values().stream()
                .map(Channel::localAddress)
                .toList();
    }

    void close() {
        byListener.values().forEach(open -> open.values().forEach(Channel::close));
        byListener.clear();
    }
}
