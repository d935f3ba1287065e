package io.hyaline.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One machine of a {@link TestNetwork}: a network namespace with an address on the bridge. */
public final class Host {

    private final TestNetwork network;
    private final String name;

    Host(TestNetwork network, String name) {
        this.network = network;
        this.name = name;
    }

    /** The file behind which this host's network namespace is. */
    public Path namespaceFile() {
        return network.namespaceFile(name);
    }

    /** Runs a command to its end. */
    public Output run(String... words) {
        return start(words).waitFor();
    }

    /** Runs a shell script to its end. */
    public Output shell(String script) {
        return run("sh", "-c", script);
    }

    /** Starts a command that goes on until the network closes. */
    public Running start(String... words) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(words));
        return network.start(all);
    }

    @Override
    public String toString() {
        return name;
    }
}
