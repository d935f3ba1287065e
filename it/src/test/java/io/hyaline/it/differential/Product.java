package io.hyaline.it.differential;

import java.nio.file.Path;
import java.util.List;

/** The two proxies that are compared, each as the command that starts it. */
enum Product {
    ENVOY {
        @Override
        List<String> command(Path bootstrap) {
            return List.of(
                    ROOT.resolve(".venv/bin/envoy").toString(),
                    "-c",
                    bootstrap.toString(),
                    "--concurrency",
                    "1",
                    "--disable-hot-restart",
                    "--file-flush-interval-msec",
                    "5",
                    "--log-level",
                    "warning");
        }
    },
    HYALINE {
        @Override
        List<String> command(Path bootstrap) {
            return List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-Dio.netty.leakDetection.level=paranoid",
                    "-Xmx256m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "io.hyaline.cli.Main",
                    "proxy",
                    "-c",
                    bootstrap.toString(),
                    "--concurrency",
                    "1");
        }
    };

    static final Path ROOT =
            Path.of(System.getProperty("hyaline.root", "..")).toAbsolutePath().normalize();

    abstract List<String> command(Path bootstrap);
}
