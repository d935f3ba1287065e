package io.hyaline.proxy.socket;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/** This machine's first IPv4 address that is not a loopback one, as Envoy looks it up. */
public final class NodeAddress {

    private NodeAddress() {}

    public static @Nullable InetAddress find() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .findFirst()
                    .orElse(null);
        } catch (SocketException e) {
            return null;
        }
    }
}
