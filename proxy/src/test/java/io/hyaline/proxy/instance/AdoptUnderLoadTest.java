package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Plans change while clients ask without a pause: none of them loses a request, and none sees an old plan afterwards. */
class AdoptUnderLoadTest {

    private static final int CLIENTS = 8;
    private static final int CHANGES = 30;

    private final AtomicInteger applied = new AtomicInteger();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final CountDownLatch asking = new CountDownLatch(CLIENTS);

    @Test
    void everyRequestIsServedByOnePlan_theNewestOneWhenItBegan() throws Exception {
        try (Origin origin = new Origin(r -> Origin.ok("x"));
                Rig rig = new Rig().apply(plan(0, origin.port()));
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> served = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Socket socket = rig.connect();
                served.add(clients.submit((Callable<Integer>) () -> ask(socket)));
            }
            asking.await();
            for (int generation = 1; generation <= CHANGES; generation++) {
                rig.apply(plan(generation, origin.port()));
                applied.set(generation);
            }
            stop.set(true);
            int requests = 0;
            for (Future<Integer> each : served) {
                requests += each.get();
            }
            assertThat(requests).isGreaterThan(CLIENTS);
            assertThat(rig.lines(requests)).hasSize(requests).allMatch(line -> line.contains(" 200 - via_upstream "));
        }
    }

    /** Each generation says its number in two places of a connection manager. */
    private static String plan(int generation, int port) {
        return Rig.http(
                        "server_name: g%d\nuse_remote_address: %s".formatted(generation, generation % 2 == 1),
                        Rig.routeTo("o"),
                        Rig.cluster("o", port))
                .replace(
                        "route_config:\n",
                        "route_config:\n            response_headers_to_add: [{header: {key: x-generation, value: \"%d\"}}]\n"
                                .formatted(generation));
    }

    private int ask(Socket socket) throws Exception {
        int requests = 0;
        try (socket) {
            while (!stop.get()) {
                int newest = applied.get();
                Rig.send(socket, "GET /p HTTP/1.1\r\nHost: h\r\n\r\n");
                String answer = Rig.until(socket, "\r\n\r\nx");
                requests++;
                asking.countDown();
                assertThat(answer).startsWith("HTTP/1.1 200 OK").doesNotContain("connection: close");
                int server = number(answer, "server: g");
                assertThat(server).isGreaterThanOrEqualTo(newest);
                assertThat(number(answer, "x-generation: ")).isEqualTo(server);
            }
        }
        return requests;
    }

    private static int number(String answer, String before) {
        int from = answer.indexOf(before) + before.length();
        return Integer.parseInt(answer.substring(from, answer.indexOf('\r', from)));
    }
}
