package io.hyaline.runtime.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Asks the host's own resolver. */
public record Forwarder(@Nullable InetSocketAddress server) implements Resolver.Upstream {

    private static final int TIMEOUT_MILLIS = 3000;
    private static final int LIMIT_BYTES = 4096;

    /** The first name server of the host, or null when it has none. */
    public static @Nullable InetSocketAddress ofHost(Path resolvConf) {
        try {
            for (String line : Files.readAllLines(resolvConf)) {
                String[] words = line.strip().split("\\s+");
                if (words.length == 2 && words[0].equals("nameserver")) {
                    return new InetSocketAddress(words[1], 53);
                }
            }
            return null;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public byte @Nullable [] ask(byte[] query) {
        if (server == null) {
            return null;
        }
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(query, query.length, server));
            DatagramPacket answer = new DatagramPacket(new byte[LIMIT_BYTES], LIMIT_BYTES);
            socket.receive(answer);
            return Arrays.copyOf(answer.getData(), answer.getLength());
        } catch (IOException e) {
            return null;
        }
    }
}
