package io.hyaline.capture;

import io.hyaline.testkit.Host;
import io.hyaline.testkit.Running;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sidecar in Python, as root or with the only capability that it needs. */
record StandIn(List<String> before, List<String> after) implements SidecarUnderTest {

    static final StandIn AS_ROOT = new StandIn(List.of(), List.of());

    /** An ordinary user that may set marks and transparent addresses, and nothing else. */
    static final StandIn AS_1337 = new StandIn(
            List.of(
                    "setpriv",
                    "--reuid=1337",
                    "--regid=1337",
                    "--clear-groups",
                    "--inh-caps=-all,+net_raw",
                    "--ambient-caps=-all,+net_raw"),
            List.of());

    /** Reuses the client's own source port, which must not work. */
    static final StandIn WITH_CLIENT_PORT = new StandIn(List.of(), List.of("same-port"));

    @Override
    public Running start(Host pod, String mode, String service) {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of("/usr/bin/python3", "-u", resource("stand-in-proxy.py"), mode, service));
        words.addAll(after);
        Running running = pod.start(words.toArray(String[]::new));
        running.awaitLine("ready"::equals);
        return running;
    }

    static void application(Host pod, String address, int port) {
        pod.start("/usr/bin/python3", "-u", resource("peer-server.py"), address, Integer.toString(port))
                .awaitLine("ready"::equals);
    }

    private static String resource(String name) {
        return Path.of("src/test/resources").resolve(name).toAbsolutePath().toString();
    }
}
