package io.hyaline.proxy.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hyaline.proxy.socket.LocalSockets;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvoyStatusTest {

    private final EventLoopGroup loops = LocalSockets.newLoops(1);
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private HttpServer admin;

    @AfterEach
    void tearDown() {
        if (admin != null) {
            admin.stop(0);
        }
        loops.shutdownGracefully();
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1, 0, ''",
        "7, 3, 1, 0, ''",
        "0, 1, 1, 0, config not received from the control plane: cds=0 lds=1",
        "1, 0, 1, 0, config not received from the control plane: cds=1 lds=0",
        "1, 1, 0, 0, Envoy is not serving yet: live=true workers started=false",
        "1, 1, 1, 2, Envoy is not serving yet: live=false workers started=true",
    })
    void isReadyWhenBothConfigurationsCameAndItServes(int cds, int lds, int workers, int state, String reason) {
        String stats = "cluster_manager.cds.update_success: %d%nlistener_manager.lds.update_success: %d%n"
                .formatted(cds, lds)
                .concat("listener_manager.workers_started: %d%nserver.state: %d%n".formatted(workers, state));
        assertThat(EnvoyStatus.judge(stats).strip()).isEqualTo(reason);
    }

    @Test
    void readsWhatTheAdminPortSays() throws Exception {
        serve("cluster_manager.cds.update_success: 1\nlistener_manager.lds.update_success: 0\n");
        EnvoyStatus status = new EnvoyStatus(new LocalSockets(loops), admin.getAddress(), () -> "the CA is away");
        assertThat(status.notReady().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .isEqualTo("config not received from the control plane: cds=1 lds=0\nno certificate: the CA is away\n");
        assertThat(asked.take())
                .isEqualTo(
                        "GET /stats?filter=^(cluster_manager\\.cds\\.update_success"
                                + "|listener_manager\\.lds\\.update_success|listener_manager\\.workers_started|server\\.state)$");
        status.quit();
        assertThat(asked.take()).isEqualTo("POST /quitquitquit");
    }

    @Test
    void anEnvoyThatIsGoneIsNotReady() throws Exception {
        serve("");
        InetSocketAddress address = admin.getAddress();
        admin.stop(0);
        EnvoyStatus status = new EnvoyStatus(new LocalSockets(loops), address, () -> "");
        assertThat(status.notReady().toCompletableFuture().get(5, TimeUnit.SECONDS))
                .startsWith("Envoy does not answer: ");
    }

    private void serve(String body) throws IOException {
        admin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        admin.createContext("/", exchange -> {
            String query = exchange.getRequestURI().getQuery();
            asked.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestURI().getPath() + (query == null ? "" : "?" + query));
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        admin.start();
    }
}
