package io.hyaline.proxy.agent;

import io.hyaline.proxy.socket.Sockets;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The three small servers of one sidecar, in the sidecar's namespace and on the shared event loops. */
public final class Agent implements AutoCloseable {

    private static final int CONNECTION_LIMIT = 256;
    private static final int BODY_LIMIT = 16 * 1024;
    private static final int IDLE_SECONDS = 120;

    /**
     * @param ports the number to listen on for each server; 0 lets the kernel choose
     * @param pod where the application listens
     * @param probes by the agent's path
     * @param metrics the application's; null without any
     */
    public record Config(
            Map<AgentPort, Integer> ports,
            InetAddress pod,
            Map<String, AppProbe> probes,
            @Nullable AppMetrics metrics) {

        /** Istio's ports. */
        public static Config of(InetAddress pod, Map<String, AppProbe> probes, @Nullable AppMetrics metrics) {
            Map<AgentPort, Integer> ports = new EnumMap<>(AgentPort.class);
            for (AgentPort port : AgentPort.values()) {
                ports.put(port, port.number());
            }
            return new Config(ports, pod, probes, metrics);
        }
    }

    private final Config config;
    private final SidecarStatus sidecar;
    private final Prober prober;
    private final Sockets sockets;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Map<AgentPort, InetSocketAddress> bound = new EnumMap<>(AgentPort.class);

    private Agent(Config config, Sockets sockets, SidecarStatus sidecar) {
        this.config = config;
        this.sockets = sockets;
        this.sidecar = sidecar;
        this.prober = new Prober(sockets, config.pod());
    }

    /** Listens on all ports, or on none and throws. Not to be called on an event loop. */
    public static Agent listen(Config config, Sockets sockets, SidecarStatus sidecar) throws IOException {
        Agent agent = new Agent(config, sockets, sidecar);
        try {
            for (Map.Entry<AgentPort, Integer> entry : config.ports().entrySet()) {
                agent.bind(entry.getKey(), entry.getValue());
            }
            return agent;
        } catch (IOException e) {
            agent.close();
            throw e;
        }
    }

    public InetSocketAddress address(AgentPort port) {
        return Objects.requireNonNull(bound.get(port), () -> "the agent does not listen on " + port);
    }

    private void bind(AgentPort port, int number) throws IOException {
        var binding = new ServerBootstrap()
                .group(sockets.loops())
                .channelFactory(sockets::serverChannel)
                .option(ChannelOption.SO_BACKLOG, 128)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(port, channel);
                    }
                })
                .bind(number)
                .awaitUninterruptibly();
        if (!binding.isSuccess()) {
            throw new IOException("cannot listen on port " + number + " (" + port + "): "
                    + binding.cause().getMessage());
        }
        channels.add(binding.channel());
        bound.put(port, (InetSocketAddress) binding.channel().localAddress());
    }

    private void accept(AgentPort port, Channel channel) {
        if (channels.size() >= CONNECTION_LIMIT || !channels.add(channel)) {
            channel.close();
            return;
        }
        channel.pipeline()
                .addLast(new IdleStateHandler(0, 0, IDLE_SECONDS) {
                    @Override
                    protected void channelIdle(ChannelHandlerContext ctx, IdleStateEvent event) {
                        ctx.close();
                    }
                })
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(BODY_LIMIT))
                .addLast(new AgentHandler(
                        port, sidecar, config.probes(), prober, new Scrape(sockets, config.metrics())));
    }

    /** Closes the servers and every connection to them, and waits for it. Not to be called on an event loop. */
    @Override
    public void close() {
        channels.close().awaitUninterruptibly();
    }
}
