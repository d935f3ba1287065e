package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gRPC from client to server through both sidecars, with mutual TLS between them, as the pilot configures a port named grpc. */
class GrpcTest {

    private static final String HTTP2 = """
              typed_extension_protocol_options:
                envoy.extensions.upstreams.http.v3.HttpProtocolOptions:
                  "@type": type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions
                  explicit_http_config: {http2_protocol_options: {}}
            """;
    private static final MethodDescriptor<String, String> ECHO = method("Echo", MethodType.UNARY);
    private static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    private static final MethodDescriptor<String, String> CHAT = method("Chat", MethodType.BIDI_STREAMING);
    private static final MethodDescriptor<String, String> WAIT = method("Wait", MethodType.UNARY);

    @TempDir
    static Path folder;

    private static Identities mesh;

    private final CountDownLatch cancelled = new CountDownLatch(1);
    private Server origin;
    private Rig server;
    private Rig client;
    private ManagedChannel channel;

    private record Text() implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(new Text(), new Text())
                .setFullMethodName("test.Service/" + name)
                .setType(type)
                .build();
    }

    /** A caller and whom it calls. */
    record Identities(Certificates sleep, Certificates httpbin) {

        static Identities in(Path folder) throws Exception {
            return new Identities(Certificates.spiffe(folder, "sleep"), Certificates.spiffe(folder, "httpbin"));
        }
    }

    @BeforeAll
    static void makeIdentities() throws Exception {
        mesh = Identities.in(folder);
    }

    @BeforeEach
    void start() throws Exception {
        origin = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service())
                .build()
                .start();
        server = new Rig()
                .apply(MutualTlsTest.server(
                        mesh.httpbin(), mesh.sleep(), mesh.httpbin(), Rig.cluster("o", origin.getPort()) + HTTP2));
        client = new Rig()
                .apply(MutualTlsTest.client(
                                        server.port(),
                                        "spiffe://cluster.local/ns/default/sa/httpbin",
                                        "alpn_protocols: [istio-h2, istio, h2],",
                                        HTTP2)
                                .replace("%ROUTE_NAME%", "%PROTOCOL% %GRPC_STATUS% %TRAILER(GRPC-MESSAGE)%")
                        + MutualTlsTest.secrets(mesh.sleep(), mesh.sleep(), mesh.httpbin()));
        channel = NettyChannelBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), client.port()))
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        client.close();
        server.close();
        origin.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("test.Service")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, out) -> {
                    if (request.startsWith("fail")) {
                        Metadata trailers = new Metadata();
                        trailers.put(Metadata.Key.of("x-why", Metadata.ASCII_STRING_MARSHALLER), "because");
                        out.onError(Status.NOT_FOUND.withDescription(request).asRuntimeException(trailers));
                    } else {
                        out.onNext(request);
                        out.onCompleted();
                    }
                }))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((request, out) -> {
                    for (int i = 0; i < Integer.parseInt(request); i++) {
                        out.onNext("n".repeat(i));
                    }
                    out.onCompleted();
                }))
                .addMethod(CHAT, ServerCalls.asyncBidiStreamingCall(GrpcTest::chat))
                .addMethod(
                        WAIT,
                        ServerCalls.asyncUnaryCall((request, out) ->
                                Context.current().addListener(_ -> cancelled.countDown(), Runnable::run)))
                .build();
    }

    private static StreamObserver<String> chat(StreamObserver<String> out) {
        return new StreamObserver<>() {
            @Override
            public void onNext(String value) {
                out.onNext("you said " + value);
            }

            @Override
            public void onError(Throwable t) {}

            @Override
            public void onCompleted() {
                out.onCompleted();
            }
        };
    }

    @Test
    void answersUnaryCalls() {
        assertThat(ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, "tea"))
                .isEqualTo("tea");
        String big = "b".repeat(3_000_000);
        assertThat(ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, big))
                .isEqualTo(big);
        assertThat(client.lines(2).getFirst()).startsWith("POST /test.Service/Echo 200 - via_upstream 8 8 HTTP/2 OK -");
    }

    @Test
    void carriesStatusAndTrailers() {
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, "fail now"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
                    assertThat(e.getStatus().getDescription()).isEqualTo("fail now");
                    assertThat(e.getTrailers().get(Metadata.Key.of("x-why", Metadata.ASCII_STRING_MARSHALLER)))
                            .isEqualTo("because");
                });
        assertThat(client.lines(1).getFirst()).contains(" HTTP/2 NotFound ");
    }

    @Test
    void streamsFromTheServer() {
        Iterator<String> answers = ClientCalls.blockingServerStreamingCall(channel, COUNT, CallOptions.DEFAULT, "500");
        int seen = 0;
        while (answers.hasNext()) {
            assertThat(answers.next()).hasSize(seen++);
        }
        assertThat(seen).isEqualTo(500);
    }

    @Test
    void streamsBothWays() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        StreamObserver<String> out =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(CHAT, CallOptions.DEFAULT), new StreamObserver<>() {
                    @Override
                    public void onNext(String value) {
                        heard.add(value);
                    }

                    @Override
                    public void onError(Throwable t) {
                        heard.add(t.toString());
                    }

                    @Override
                    public void onCompleted() {
                        heard.add("over");
                    }
                });
        for (String word : List.of("one", "two", "three")) {
            out.onNext(word);
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("you said " + word);
        }
        out.onCompleted();
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo("over");
    }

    @Test
    void deadlinesReachTheServer() throws Exception {
        CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, WAIT, soon, "x"))
                .hasMessageContaining("DEADLINE_EXCEEDED");
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void cancellationReachesTheServer() throws Exception {
        var call = channel.newCall(WAIT, CallOptions.DEFAULT);
        var answer = ClientCalls.futureUnaryCall(call, "x");
        client.settled();
        assertThat(ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, "meanwhile"))
                .isEqualTo("meanwhile");
        answer.cancel(true);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(client.lines(2)).anyMatch(line -> line.startsWith("POST /test.Service/Wait 0 DR "));
    }

    @Test
    void tellsByStatusThatTheServerIsGone() throws Exception {
        origin.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, "x"))
                .hasMessageContaining("UNAVAILABLE");
        assertThat(client.lines(1).getFirst()).contains(" HTTP/2 Unavailable ");
    }
}
