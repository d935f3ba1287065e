package io.hyaline.proxy.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Socket options by their Linux names. */
public final class LinuxOptions {

    private static final int SOL_SOCKET = 1;
    private static final int SO_MARK = 36;
    private static final int SOL_IPV6 = 41;
    private static final int IPV6_TRANSPARENT = 75;
    private static final int SO_ORIGINAL_DST = 80;
    private static final int SOCKADDR_IN_BYTES = 16;
    private static final int SOCKADDR_IN6_BYTES = 28;

    private LinuxOptions() {}

    /** Sets a raw integer option. */
    public static void set(Channel channel, int level, int name, int value) {
        channel.config().setOption(new IntegerUnixChannelOption("option " + level + "/" + name, level, name), value);
    }

    /** Sets SO_MARK; 0 leaves the socket unmarked. */
    public static void mark(Channel channel, int mark) {
        if (mark != 0) {
            set(channel, SOL_SOCKET, SO_MARK, mark);
        }
    }

    /** Lets a socket bind to an address that is not this machine's. */
    public static void transparent(Channel channel, InetAddress address) {
        if (address instanceof Inet6Address) {
            set(channel, SOL_IPV6, IPV6_TRANSPARENT, 1);
        } else {
            channel.config().setOption(EpollChannelOption.IP_TRANSPARENT, true);
        }
    }

    /** Lets the kernel pick the port when it knows the destination: ports are then used once per destination. */
    public static void bindWithoutPort(Channel channel) {
        channel.config().setOption(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
    }

    /** TCP keep-alive; a value of 0 is left to the system. */
    public static void keepAlive(Channel channel, int probes, int time, int interval) {
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
        positive(channel, EpollChannelOption.TCP_KEEPCNT, probes);
        positive(channel, EpollChannelOption.TCP_KEEPIDLE, time);
        positive(channel, EpollChannelOption.TCP_KEEPINTVL, interval);
    }

    private static void positive(Channel channel, ChannelOption<Integer> option, int value) {
        if (value > 0) {
            channel.config().setOption(option, value);
        }
    }

    /** How many bytes may wait to be sent before the channel says that it is not writable; 0 leaves Netty's bound. */
    public static void sendBound(Channel channel, int bytes) {
        if (bytes > 0) {
            channel.config()
                    .setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(bytes / 2, bytes));
        }
    }

    /** Where a redirected connection was going, or null when it was not redirected. */
    public static @Nullable InetSocketAddress originalDestination(Channel channel, InetSocketAddress peer) {
        boolean v6 = peer.getAddress() instanceof Inet6Address;
        int length = v6 ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES;
        RawUnixChannelOption option =
                new RawUnixChannelOption("SO_ORIGINAL_DST", v6 ? SOL_IPV6 : 0, SO_ORIGINAL_DST, length);
        try {
            ByteBuffer raw = channel.config().getOption(option);
            return raw == null ? null : decode(raw, v6);
        } catch (RuntimeException notTracked) {
            // conntrack does not know the flow: it was not redirected
            return null;
        }
    }

    private static @Nullable InetSocketAddress decode(ByteBuffer raw, boolean v6) {
        int port = (raw.get(2) & 0xff) << 8 | (raw.get(3) & 0xff);
        byte[] address = new byte[v6 ? 16 : 4];
        raw.get(v6 ? 8 : 4, address);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(address), port);
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
