package io.hyaline.it.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.ApiServer;
import io.hyaline.apiserver.ApiServerConfig;
import io.hyaline.apiserver.stream.KubectlStreams;
import io.hyaline.linux.Terminal;
import io.hyaline.runtime.agent.AgentServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The API server, one node agent, one pod that was bound by hand, and the real kubectl. */
final class StreamsFixture implements AutoCloseable {

    private static final String OBJECTS = """
            apiVersion: v1
            kind: Node
            metadata: {name: node-1, annotations: {hyaline.io/agent: "unix://%s"}}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: box, namespace: default}
            spec:
              nodeName: node-1
              containers:
              - {name: main, image: "box:1"}
              - {name: other, image: "box:1"}
            """;

    final HandMadePod pod;
    private final ApiServer server;
    private final AgentServer agent;
    private final Path directory;

    StreamsFixture(Path directory) {
        this.directory = directory;
        pod = new HandMadePod(directory);
        Path socket = directory.resolve("a.sock");
        agent = AgentServer.start(socket, pod, Clock.systemUTC());
        server = ApiServer.start(ApiServerConfig.local(directory.resolve("api")).withPodStreams(new KubectlStreams()));
        assertThat(run(OBJECTS.formatted(socket), "apply", "-f", "-").code()).isZero();
    }

    record Result(int code, String out, String err) {}

    Result kubectl(String... arguments) {
        return run("", arguments);
    }

    /** Runs kubectl to its end with {@code input}; SPDY is asked for by a first argument {@code spdy}. */
    Result run(String input, String... arguments) {
        return finish(start(arguments), input);
    }

    static Result finish(Process process, String input) {
        CompletableFuture<String> err = text(process.getErrorStream());
        CompletableFuture<String> out = text(process.getInputStream());
        try {
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("kubectl ends").isTrue();
            return new Result(process.exitValue(), out.join(), err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    Process start(String... arguments) {
        try {
            return builder(List.of(), arguments).start();
        } catch (IOException e) {
            throw new UncheckedIOException("kubectl is not on the PATH; install kubectl 1.30 or newer", e);
        }
    }

    /** Starts kubectl at a terminal of its own. */
    Process start(Terminal terminal, String... arguments) {
        List<String> before = List.of(
                "sh", "-c", "exec \"$@\" <>\"$0\" >&0 2>&0", terminal.inner().toString(), "setsid", "--ctty", "--wait");
        try {
            return builder(before, arguments).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ProcessBuilder builder(List<String> before, String... arguments) {
        boolean spdy = arguments[0].equals("spdy");
        List<String> words = new ArrayList<>(before);
        words.add("kubectl");
        words.addAll(List.of(arguments).subList(spdy ? 1 : 0, arguments.length));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment()
                .put("KUBECONFIG", directory.resolve("api/kubeconfig").toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", Boolean.toString(!spdy));
        return builder;
    }

    /** A thread for each stream: the common pool may have a single one, and then one stream would wait for the other. */
    private static CompletableFuture<String> text(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofPlatform().daemon(true).start(() -> {
            try {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                text.completeExceptionally(e);
            }
        });
        return text;
    }

    @Override
    public void close() {
        server.close();
        agent.close();
        pod.close();
    }
}
