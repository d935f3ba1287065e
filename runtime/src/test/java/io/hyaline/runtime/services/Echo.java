package io.hyaline.runtime.services;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.runtime.net.Ip;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** An application that answers every line, and every datagram, with its own name and the address that it sees. */
public final class Echo implements AutoCloseable {

    private final String name;
    private final ServerSocketChannel listener;
    private final DatagramChannel datagrams;

    private Echo(String name, ServerSocketChannel listener, DatagramChannel datagrams) {
        this.name = name;
        this.listener = listener;
        this.datagrams = datagrams;
    }

    public static Echo start(NamespaceThread thread, NetNs where, String name, int port) {
        return start(thread, where, name, new InetSocketAddress(port));
    }

    public static Echo start(NamespaceThread thread, NetNs where, String name, InetSocketAddress address) {
        Echo echo = thread.call(
                where,
                () -> new Echo(
                        name,
                        ServerSocketChannel.open().bind(address),
                        DatagramChannel.open().bind(address)));
        Thread.ofPlatform().daemon().name("echo-" + name).start(echo::accept);
        Thread.ofPlatform().daemon().name("echo-udp-" + name).start(echo::receive);
        return echo;
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = listener.accept();
                Thread.ofPlatform().daemon().start(() -> converse(client));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void converse(SocketChannel channel) {
        try (Socket socket = channel.socket()) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            PrintWriter out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
            while (in.readLine() != null) {
                out.println(seen((InetSocketAddress) socket.getRemoteSocketAddress()));
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    private void receive() {
        ByteBuffer buffer = ByteBuffer.allocate(100);
        try {
            while (true) {
                InetSocketAddress from = (InetSocketAddress) datagrams.receive(buffer.clear());
                datagrams.send(ByteBuffer.wrap(seen(from).getBytes(StandardCharsets.UTF_8)), from);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private String seen(InetSocketAddress from) {
        String address = from.getAddress().getHostAddress();
        return name + " " + Ip.of(from.getAddress()).address(address).orElseThrow();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        datagrams.close();
    }
}
