package io.hyaline.runtime.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import io.hyaline.linux.Signals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("netns")
class ProxyProcessTest {

    /** Writes every request down and says yes, except to the pod "bad". */
    private static final String FAKE = """
            import json, os, socket, sys
            path = sys.argv[sys.argv.index('--node-socket') + 1]
            s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()
            c, _ = s.accept()
            for line in c.makefile():
                r = json.loads(line)
                with open(sys.argv[1], 'a') as f: f.write(r['op'] + ' ' + r['id'] + '\\n')
                ok = r['id'] != 'bad'
                c.sendall((json.dumps({'id': r['id'], 'ok': ok, 'error': 'it is bad'}) + '\\n').encode())
            """;

    @TempDir
    Path directory;

    @Test
    void aProxyThatDiesIsBackAndKnowsItsPods() throws IOException {
        Path heard = directory.resolve("heard");
        Path fake = Files.writeString(directory.resolve("fake.py"), FAKE);
        try (NetNs node = NetNs.create("node");
                NamespaceThread thread = new NamespaceThread("node");
                ProxyProcess proxy = ProxyProcess.start(
                        thread, node, List.of("/usr/bin/python3", fake.toString(), heard.toString()), directory)) {
            assertThat(proxy.add("a", Map.of("op", "add", "id", "a"))).isEmpty();
            assertThat(proxy.add("b", Map.of("op", "add", "id", "b"))).isEmpty();
            assertThat(proxy.add("bad", Map.of("op", "add", "id", "bad"))).isEqualTo("it is bad");
            proxy.remove("bad");
            proxy.remove("a");
            assertThat(heard).hasContent("add a\nadd b\nadd bad\nremove bad\nremove a\n");
            long first = proxy.pid();
            Signals.send(first, Signals.KILL);
            await().atMost(Duration.ofSeconds(5))
                    .untilAsserted(
                            () -> assertThat(Files.readAllLines(heard)).last().isEqualTo("add b"));
            assertThat(proxy.pid()).isNotEqualTo(first).isPositive();
        }
    }
}
