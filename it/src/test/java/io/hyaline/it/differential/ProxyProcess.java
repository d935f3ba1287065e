package io.hyaline.it.differential;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A proxy as a child process, started with a bootstrap and ready when a listener answers. */
final class ProxyProcess implements AutoCloseable {

    /** The process has ended by itself. */
    static final class Ended extends IOException {
        private static final long serialVersionUID = 1;

        Ended(String message) {
            super(message);
        }
    }

    private static final Duration START = Duration.ofSeconds(30);

    private final Product product;
    private final Process process;
    private final Path output;
    private final Thread atExit;

    private ProxyProcess(Product product, Process process, Path output) {
        this.product = product;
        this.process = process;
        this.output = output;
        this.atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    static ProxyProcess start(Product product, Path bootstrap, int port, Path directory) throws IOException {
        Path output = directory.resolve("output.log");
        Process process = new ProcessBuilder(product.command(bootstrap))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        ProxyProcess started = new ProxyProcess(product, process, output);
        try {
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(20))
                    .atMost(START)
                    .until(() -> !process.isAlive() || ready(port));
        } catch (ConditionTimeoutException e) {
            started.close();
            throw new IOException(product + " did not get ready within " + START + ": " + Files.readString(output), e);
        }
        started.checkAlive();
        return started;
    }

    private static boolean ready(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/-/ready").toURL().openConnection();
            connection.setRequestProperty("connection", "close");
            connection.setConnectTimeout(1000);
            connection.setReadTimeout(1000);
            return connection.getResponseCode() > 0;
        } catch (IOException _) {
            return false;
        }
    }

    /** A proxy that died fails the case it died in, with its own last words. */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            List<String> lines = Files.readAllLines(output);
            String lastWords = lines.stream()
                    .skip(Math.max(0, lines.size() - 8))
                    .map(l -> l.substring(0, Math.min(l.length(), 800)))
                    .collect(Collectors.joining("\n"));
            throw new Ended(product + " ended with " + process.exitValue() + " (" + output + "): " + lastWords);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } catch (IllegalStateException _) {
            // The JVM is going down, and the hook does the same.
        }
    }
}
