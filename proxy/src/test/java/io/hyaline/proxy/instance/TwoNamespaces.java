package io.hyaline.proxy.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client and a pod, each a network namespace held by a process, joined by one cable and by nothing else. */
final class TwoNamespaces implements AutoCloseable {

    static final String CLIENT = "10.77.0.2";
    static final String POD = "10.77.0.3";

    private static final String ECHO = """
            import http.server, socket, sys
            class H(http.server.BaseHTTPRequestHandler):
                protocol_version = 'HTTP/1.1'
                def do_GET(self):
                    body = ('%s:%d xff=%s' % (self.client_address[0], self.client_address[1], self.headers.get('x-forwarded-for'))).encode()
                    self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
                def log_message(self, *a): pass
            class S(http.server.ThreadingHTTPServer):
                address_family = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
                def server_bind(self):
                    if self.address_family == socket.AF_INET6:
                        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                    super().server_bind()
            s = S((sys.argv[1], int(sys.argv[2])), H)
            print('ready', flush=True)
            s.serve_forever()
            """;

    private final List<Process> processes = new ArrayList<>();
    final Process client;
    final Process pod;

    TwoNamespaces() throws IOException, InterruptedException {
        client = hold();
        pod = hold();
        in(pod, "ip link add eth0 type veth peer name eth0 netns " + client.pid());
        for (Process each : List.of(client, pod)) {
            in(each, "ip link set lo up");
            in(each, "ip addr add " + (each == pod ? POD : CLIENT) + "/24 dev eth0");
            in(each, "ip -6 addr add fd77::" + (each == pod ? "3" : "2") + "/64 dev eth0 nodad");
            in(each, "ip link set eth0 up");
        }
    }

    private Process hold() throws IOException {
        Process holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec sleep 600").start();
        processes.add(holder);
        ready(holder);
        return holder;
    }

    private static void ready(Process process) throws IOException {
        StringBuilder seen = new StringBuilder();
        while (seen.indexOf("ready") < 0) {
            int b = process.getInputStream().read();
            if (b < 0) {
                throw new IOException("a helper process did not start: "
                        + new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            seen.append((char) b);
        }
    }

    /** Runs a command in a namespace and returns what it printed; a failure throws with what it said. */
    static String in(Process namespace, String command) throws IOException, InterruptedException {
        return run(namespace, "", List.of("sh", "-c", command), true);
    }

    /** As {@link #in}, without caring for the exit code. */
    static String attempt(Process namespace, String command) throws IOException, InterruptedException {
        return run(namespace, "", List.of("sh", "-c", command), false);
    }

    /** Loads nftables rules in a namespace. */
    static void nft(Process namespace, String rules) throws IOException, InterruptedException {
        run(namespace, rules, List.of("nft", "-f", "-"), true);
    }

    private static String run(Process namespace, String input, List<String> command, boolean must)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(List.of("nsenter", "-t", String.valueOf(namespace.pid()), "-n"));
        whole.addAll(command);
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 && must) {
            throw new IOException(command + " failed: " + output);
        }
        return output;
    }

    /** Starts the echo of the peer's address. */
    void echo(Process namespace, String address, int port) throws IOException {
        Process echo = new ProcessBuilder(
                        "nsenter",
                        "-t",
                        String.valueOf(namespace.pid()),
                        "-n",
                        "python3",
                        "-c",
                        ECHO,
                        address,
                        String.valueOf(port))
                .start();
        processes.add(echo);
        ready(echo);
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroyForcibly();
        }
        for (Process process : processes) {
            process.onExit().join();
        }
    }
}
