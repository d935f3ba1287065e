package io.hyaline.proxy.admin;

import io.hyaline.proxy.client.ClientAddress;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses as Envoy's admin shows them. */
final class Addresses {

    private Addresses() {}

    static String text(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress inet
            when !inet.isUnresolved() -> ClientAddress.text(inet.getAddress(), inet.getPort());
            case InetSocketAddress inet -> inet.getHostString() + ":" + inet.getPort();
            case DomainSocketAddress pipe -> pipe.path();
            default -> address.toString();
        };
    }

    static String json(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            String host = inet.isUnresolved() ? inet.getHostString() : ClientAddress.text(inet.getAddress());
            return "{\"socket_address\":{\"address\":" + Json.quoted(host) + ",\"port_value\":" + inet.getPort() + "}}";
        }
        return "{\"pipe\":{\"path\":" + Json.quoted(text(address)) + "}}";
    }
}
