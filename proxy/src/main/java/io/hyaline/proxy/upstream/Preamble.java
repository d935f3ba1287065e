package io.hyaline.proxy.upstream;

import io.hyaline.proxy.client.Downstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The PROXY protocol's header that a connection to a host begins with: who the client is and what it called, as the
 * downstream connection says (a PROXY header that came in counts, X-Forwarded-For does not). Envoy's upstream_proxy_protocol.
 *
 * @param version 1 or 2
 */
record Preamble(int version, InetSocketAddress source, InetSocketAddress destination) {

    private static final byte[] V2_SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int V2_PROXY = 0x21;
    private static final int V2_LOCAL = 0x20;
    private static final int V2_TCP4 = 0x11;
    private static final int V2_TCP6 = 0x21;
    private static final int MAX_BYTES = 107;

    /** The header for {@code downstream}; null when the transport writes none. */
    static @Nullable Preamble decide(Transport transport, Downstream downstream) {
        return transport instanceof Transport.ProxyProtocol(int version, Transport inner)
                ? new Preamble(
                        version,
                        new InetSocketAddress(
                                downstream.client().address(),
                                downstream.client().port()),
                        downstream.local())
                : null;
    }

    ByteBuf bytes(ByteBufAllocator alloc) {
        ByteBuf out = alloc.directBuffer(MAX_BYTES);
        if (version == 1) {
            out.writeCharSequence(line(), StandardCharsets.US_ASCII);
        } else {
            binary(out);
        }
        return out;
    }

    /** Two families have no common form: then the header says nothing, which both versions can. */
    private boolean oneFamily() {
        return source.getAddress().getClass() == destination.getAddress().getClass();
    }

    private String line() {
        if (!oneFamily()) {
            return "PROXY UNKNOWN\r\n";
        }
        return "PROXY " + (source.getAddress() instanceof Inet6Address ? "TCP6 " : "TCP4 ")
                + text(source.getAddress()) + ' ' + text(destination.getAddress()) + ' ' + source.getPort() + ' '
                + destination.getPort() + "\r\n";
    }

    private static String text(InetAddress address) {
        return NetUtil.toAddressString(address);
    }

    private void binary(ByteBuf out) {
        out.writeBytes(V2_SIGNATURE);
        if (!oneFamily()) {
            out.writeByte(V2_LOCAL).writeByte(0).writeShort(0);
            return;
        }
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        out.writeByte(V2_PROXY).writeByte(from.length == 4 ? V2_TCP4 : V2_TCP6);
        out.writeShort(2 * from.length + 4);
        out.writeBytes(from).writeBytes(to);
        out.writeShort(source.getPort()).writeShort(destination.getPort());
    }
}
