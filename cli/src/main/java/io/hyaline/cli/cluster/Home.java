package io.hyaline.cli.cluster;

import java.nio.file.Path;
import java.util.Map;

/** Where a cluster keeps its state: {@code $HYALINE_HOME}, by default {@code ~/.hyaline}. */
public record Home(Path root) {

    /** The home that the environment names. */
    public static Home of(Map<String, String> environment) {
        String named = environment.get("HYALINE_HOME");
        String user = environment.getOrDefault("HOME", System.getProperty("user.home"));
        return new Home(
                named == null || named.isBlank()
                        ? Path.of(user, ".hyaline")
                        : Path.of(named).toAbsolutePath());
    }

    /** The credentials that kubectl uses. */
    public Path kubeconfig() {
        return root.resolve("kubeconfig");
    }

    /** Database, keys and certificates: what survives {@code down}. */
    public Path data() {
        return root.resolve("data");
    }

    /** Pods, sockets and locks: worthless once the cluster is down. */
    public Path run() {
        return root.resolve("run");
    }

    /** What the cluster's processes say. */
    public Path log() {
        return root.resolve("log").resolve("cluster.log");
    }

    /** One line of JSON about the running cluster, written when it is ready. */
    public Path status() {
        return run().resolve("status.json");
    }

    /** How external machines join the running cluster's outside network. */
    Path outside() {
        return run().resolve("outside.json");
    }

    /** Where the cluster takes the host's listening sockets. */
    Path ports() {
        return run().resolve("ports.sock");
    }

    /** The process that holds the cluster: its death is the cluster's. */
    Path holder() {
        return run().resolve("holder");
    }

    /** The directory in which the folder {@code images} lies: this home, or another one that several clusters share. */
    public Path imagesHome() {
        String elsewhere = System.getenv("HYALINE_IMAGES_HOME");
        return elsewhere == null ? root : Path.of(elsewhere);
    }
}
