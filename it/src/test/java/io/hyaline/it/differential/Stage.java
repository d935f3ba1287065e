package io.hyaline.it.differential;

import io.hyaline.it.differential.Signals.Stuck;
import io.hyaline.testkit.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** One running proxy with one bootstrap, its upstream servers and its log. Cases play on it one after another. */
final class Stage implements AutoCloseable {

    private final Bootstrap bootstrap;
    private final Certificates certificates;
    private final Map<String, Upstream> upstreams = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<Integer, String> names = new LinkedHashMap<>();
    private final LogLines log;
    private final ProxyProcess process;
    private int fences;

    Stage(Path bootstrapFile, Product product, Path directory, Certificates certificates) throws IOException {
        this.certificates = certificates;
        bootstrap = Bootstrap.read(bootstrapFile);
        Files.createDirectories(directory);
        for (String name : bootstrap.upstreams()) {
            Upstream upstream = new Upstream(name);
            upstreams.put(name, upstream);
            port("upstream:" + name, name, upstream.port());
        }
        port("closed", "closed", FreePorts.next());
        port("admin", "admin", FreePorts.next());
        for (String name : bootstrap.listenerNames()) {
            port("listener:" + name, "listener " + name, FreePorts.next());
        }
        values.put("certs", certificates.directory().toString());
        Path file = directory.resolve("bootstrap.yaml");
        Path logFile = directory.resolve("access.log");
        Files.deleteIfExists(logFile);
        Files.writeString(file, bootstrap.text(values, logFile));
        log = new LogLines(logFile);
        process = ProxyProcess.start(product, file, port(Bootstrap.FENCE), directory);
    }

    private void port(String key, String name, int port) {
        values.put(key, port);
        names.put(port, name);
    }

    int port(String listener) {
        Object port = values.get("listener:" + listener);
        if (port == null) {
            throw new IllegalArgumentException("no listener '" + listener + "' in " + bootstrap.listenerNames());
        }
        return (int) port;
    }

    boolean speaksHttp(String listener) {
        return bootstrap.speaksHttp(listener);
    }

    Certificates certificates() {
        return certificates;
    }

    /** Plays a case; {@code expectedLines} is how many log lines the oracle wrote, or 0. */
    Transcript play(Case c, int expectedLines) throws IOException {
        process.checkAlive();
        Transcript transcript = new Transcript(new Mask(names, c.text()));
        Signals signals = new Signals();
        for (Upstream upstream : upstreams.values()) {
            upstream.begin(c, signals, transcript);
        }
        try (Client client = new Client(this, signals, transcript)) {
            client.play(c);
        }
        for (Upstream upstream : upstreams.values()) {
            try {
                upstream.end();
            } catch (Stuck e) {
                transcript.put("upstream.stuck", "waited in vain for " + e.getMessage());
            }
        }
        String fence = fence();
        log.take(fence, expectedLines).forEach(transcript::logLine);
        process.checkAlive();
        return transcript;
    }

    /** A request on a connection of its own; when it is answered the proxy has seen everything that was sent before. */
    String fence() throws IOException {
        String path = "/-/fence/" + ++fences + "/";
        String request = "GET " + path + " HTTP/1.1\r\nhost: probe.hyaline\r\n\r\n";
        try (Wire wire = new Wire(open())) {
            wire.send(request.getBytes(StandardCharsets.US_ASCII));
            wire.await(w -> w.next(HttpText.Expected.RESPONSE).complete() || w.ended(), "the answer to a fence");
        } catch (Stuck e) {
            throw new IOException("the proxy does not answer on listener '" + Bootstrap.FENCE + "'", e);
        }
        return path;
    }

    private Socket open() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", port(Bootstrap.FENCE)));
        return socket;
    }

    @Override
    public void close() throws IOException {
        process.close();
        for (Upstream upstream : upstreams.values()) {
            upstream.close();
        }
    }
}
