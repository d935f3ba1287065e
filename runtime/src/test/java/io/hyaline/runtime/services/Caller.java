package io.hyaline.runtime.services;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Asks an {@link Echo}, from some namespace. */
public final class Caller implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 1500;

    private final Socket socket;
    private final BufferedReader in;
    private final PrintWriter out;

    private Caller(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        this.out = new PrintWriter(socket.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    /** One question on a connection of its own: the answer, or {@code refused}, or {@code no answer}. */
    public static String ask(NamespaceThread thread, NetNs from, String address, int port) {
        try (Caller caller = connect(thread, from, address, port)) {
            return caller.ask();
        } catch (SocketTimeoutException e) {
            return "no answer";
        } catch (ConnectException e) {
            return "refused";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** A connection that stays. */
    public static Caller connect(NamespaceThread thread, NetNs from, String address, int port) throws IOException {
        Socket socket = thread.call(from, SocketChannel::open).socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(address, port), PATIENCE_MILLIS);
            return new Caller(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    public String ask() throws IOException {
        out.println("who?");
        String line = in.readLine();
        return line == null ? "closed" : line;
    }

    /** As {@link #ask(NamespaceThread, NetNs, String, int)}, by UDP. */
    public static String askByUdp(NamespaceThread thread, NetNs from, String address, int port) {
        try (DatagramChannel channel = thread.call(from, DatagramChannel::open)) {
            return askByUdp(channel, address, port);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Asks by a socket that stays, and so from the same port. */
    public static String askByUdp(DatagramChannel channel, String address, int port) throws IOException {
        channel.connect(new InetSocketAddress(address, port));
        try {
            channel.socket().setSoTimeout(PATIENCE_MILLIS);
            channel.write(ByteBuffer.wrap("who?".getBytes(StandardCharsets.UTF_8)));
            java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[100], 100);
            channel.socket().receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        } catch (SocketTimeoutException e) {
            return "no answer";
        } catch (PortUnreachableException e) {
            return "refused";
        } finally {
            channel.disconnect();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
