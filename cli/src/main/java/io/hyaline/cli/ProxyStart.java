package io.hyaline.cli;

import io.hyaline.proxy.ProxyMain;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code proxy [--concurrency N] --node-socket PATH} and {@code --sidecar FILE}, as nodes start them. A proxy that has died has to be
 * back soon, and half of its start would go into the command line's library, which no cache of classes takes.
 */
final class ProxyStart {

    private ProxyStart() {}

    public static void main(String[] arguments) {
        Logs.configure();
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> words) {
        int concurrency = 0;
        for (int i = 1; i + 1 < words.size(); i += 2) {
            String value = words.get(i + 1);
            switch (words.get(i)) {
                case "--concurrency" -> concurrency = Integer.parseInt(value);
                case "--node-socket" -> {
                    return ProxyMain.runNode(Path.of(value), new ProxyMain.Options(concurrency), System.err);
                }
                case "--sidecar" -> {
                    return ProxyMain.runSidecar(Path.of(value), new ProxyMain.Options(concurrency), System.err);
                }
                default -> throw new IllegalArgumentException("unknown option " + words.get(i));
            }
        }
        throw new IllegalArgumentException("name --node-socket PATH or --sidecar FILE after " + words);
    }
}
