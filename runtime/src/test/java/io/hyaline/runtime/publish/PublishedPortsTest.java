package io.hyaline.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.testkit.FreePorts;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that one opens and another serves; here both are of this process. */
final class PublishedPortsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int MEGABYTES = 8 << 20;

    @TempDir
    Path directory;

    /** Sends everything back once the other side has ended. */
    private static void echo(ServerSocket server) {
        Thread.ofVirtual().start(() -> {
            try (Socket socket = server.accept()) {
                socket.getOutputStream().write(socket.getInputStream().readAllBytes());
            } catch (IOException gone) {
                // the test sees that nothing comes back
            }
        });
    }

    @Test
    void eachPortLeadsToItsOwn_halfClosedAndMegabytesLong() throws Exception {
        Path receiver = directory.resolve("ports");
        int first = FreePorts.next();
        int second = FreePorts.next();
        try (ServerSocket one = new ServerSocket(0, 5, LOOPBACK);
                ServerSocket other = new ServerSocket(0, 5, LOOPBACK);
                PublishedPorts ports = PublishedPorts.receive(
                        receiver,
                        List.of(
                                Destination.here(new InetSocketAddress(LOOPBACK, one.getLocalPort())),
                                Destination.here(new InetSocketAddress(LOOPBACK, other.getLocalPort()))))) {
            try (ListeningSockets sockets = ListeningSockets.open(
                    List.of(new InetSocketAddress(LOOPBACK, first), new InetSocketAddress(LOOPBACK, second)))) {
                sockets.handTo(receiver);
            }
            echo(one);
            echo(other);
            byte[] sent = new byte[MEGABYTES];
            for (int port : List.of(second, first)) {
                sent[0] = (byte) port;
                try (Socket client = new Socket(LOOPBACK, port)) {
                    client.setSoTimeout(15_000);
                    client.getOutputStream().write(sent);
                    client.shutdownOutput();
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
                }
            }
            assertThat(ports).isNotNull();
        }
        assertThat(Files.exists(receiver)).isFalse();
    }

    @Test
    void whoHasNobodyBehindItIsClosed() throws Exception {
        Path receiver = directory.resolve("ports");
        int port = FreePorts.next();
        int nobody = FreePorts.next();
        try (PublishedPorts _ = PublishedPorts.receive(
                        receiver, List.of(Destination.here(new InetSocketAddress(LOOPBACK, nobody))));
                ListeningSockets sockets = ListeningSockets.open(List.of(new InetSocketAddress(LOOPBACK, port)))) {
            sockets.handTo(receiver);
            try (Socket client = new Socket(LOOPBACK, port)) {
                client.setSoTimeout(15_000);
                assertThat(client.getInputStream().read()).isNegative();
            }
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
            InetSocketAddress address = new InetSocketAddress(LOOPBACK, taken.getLocalPort());
            assertThatThrownBy(() -> ListeningSockets.open(List.of(address)))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("Address already in use");
        }
    }
}
