package io.hyaline.runtime.dns;

import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.OnChange;
import io.hyaline.runtime.net.Ip;
import io.hyaline.runtime.net.NodeNet;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's resolver, on one of its addresses at port 53, UDP and TCP. */
public final class DnsServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DnsServer.class);
    private static final int PORT = 53;
    private static final int DATAGRAM_LIMIT_BYTES = 4096;
    private static final int CONNECTION_LIMIT = 200;
    private static final int IDLE_MILLIS = 10_000;

    private final DatagramChannel datagrams;
    private final ServerSocketChannel connections;
    private final Resolver resolver;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore places = new Semaphore(CONNECTION_LIMIT);

    private DnsServer(DatagramChannel datagrams, ServerSocketChannel connections, Resolver resolver) {
        this.datagrams = datagrams;
        this.connections = connections;
        this.resolver = resolver;
    }

    /** Names as they are now and become; one zone serves all nodes. */
    public static final class Names {

        private final String domain;
        private final Informers informers;
        private final AtomicReference<@Nullable DnsZone> zone = new AtomicReference<>();

        public Names(String domain, Informers informers) {
            this.domain = domain;
            this.informers = informers;
            informers.services.addEventHandler(new OnChange<>((before, after) -> zone.set(null)));
            informers.slices.addEventHandler(new OnChange<>((before, after) -> zone.set(null)));
        }

        /** Made anew by the first who asks after a change. */
        DnsZone current() {
            DnsZone known = zone.get();
            if (known == null) {
                known = DnsZone.of(
                        domain,
                        informers.services.getStore().list(),
                        informers.slices.getStore().list());
                zone.compareAndSet(null, known);
            }
            return known;
        }
    }

    /**
     * Starts to answer on {@code on}, one of {@code node}'s addresses.
     *
     * @param forwardTo a resolver for names of the outside world, asked from the host; null for none
     */
    public static DnsServer start(NodeNet node, String on, Names names, @Nullable InetSocketAddress forwardTo) {
        InetAddress own = InetAddress.ofLiteral(on);
        InetSocketAddress address = new InetSocketAddress(own, PORT);
        Resolver resolver = new Resolver(names::current, new Forwarder(forwardTo));
        DnsServer server = node.thread().call(node.namespace(), () -> {
            DatagramChannel datagrams = DatagramChannel.open(Ip.of(own).protocol());
            ServerSocketChannel connections =
                    ServerSocketChannel.open(Ip.of(own).protocol());
            datagrams.bind(address);
            connections.bind(address);
            return new DnsServer(datagrams, connections, resolver);
        });
        Thread.ofPlatform().daemon().name("dns-udp-" + on).start(server::serveDatagrams);
        Thread.ofPlatform().daemon().name("dns-tcp-" + on).start(server::serveConnections);
        return server;
    }

    private void serveDatagrams() {
        ByteBuffer buffer = ByteBuffer.allocate(DATAGRAM_LIMIT_BYTES);
        while (datagrams.isOpen()) {
            try {
                buffer.clear();
                SocketAddress from = datagrams.receive(buffer);
                byte[] query = new byte[buffer.flip().remaining()];
                buffer.get(query);
                if (places.tryAcquire()) {
                    workers.execute(() -> answer(query, from));
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.debug("a DNS datagram: {}", e.toString());
            }
        }
    }

    private void answer(byte[] query, SocketAddress to) {
        try {
            byte[] answer = resolver.answer(query, true);
            if (answer != null) {
                datagrams.send(ByteBuffer.wrap(answer), to);
            }
        } catch (IOException e) {
            log.debug("answer to {}: {}", to, e.toString());
        } finally {
            places.release();
        }
    }

    private void serveConnections() {
        while (connections.isOpen()) {
            try {
                SocketChannel client = connections.accept();
                if (places.tryAcquire()) {
                    workers.execute(() -> converse(client));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                log.debug("a DNS connection: {}", e.toString());
            }
        }
    }

    private void converse(SocketChannel channel) {
        try (Socket client = channel.socket()) {
            client.setSoTimeout(IDLE_MILLIS);
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (true) {
                byte[] answer = resolver.answer(in.readNBytes(in.readUnsignedShort()), false);
                if (answer == null) {
                    return;
                }
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            }
        } catch (EOFException e) {
            // The client has heard enough.
        } catch (IOException e) {
            log.debug("a DNS connection ended: {}", e.toString());
        } finally {
            places.release();
        }
    }

    @Override
    public void close() {
        try {
            datagrams.close();
            connections.close();
        } catch (IOException e) {
            log.debug("closing the resolver: {}", e.toString());
        }
        workers.shutdownNow();
    }
}
