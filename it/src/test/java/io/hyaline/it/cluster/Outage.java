package io.hyaline.it.cluster;

import io.hyaline.testkit.Output;
import io.hyaline.testkit.Running;
import java.time.Duration;
import java.time.Instant;

/** How long a client goes without answers because of a death. */
final class Outage {

    private static final int LIMIT_SECONDS = 60;

    /** Says when it has seen an answer, waits for the first failure, then for the next answer, and tells when that was. */
    private static final String WATCH = """
            ask() { curl -sf -m 2 -o /dev/null "$0"; }
            until ask; do :; done; echo begun
            while ask; do :; done
            until ask; do :; done; date +%s%3N""";

    private Outage() {}

    /** Kills {@code victim} while {@code client} asks for {@code url} in a loop; returns the time from the kill to the next answer. */
    static Duration after(ProcessHandle victim, ClusterFixture cluster, String client, String url) {
        Running watching = cluster.begin(
                "kubectl",
                "exec",
                "deploy/" + client,
                "--",
                "timeout",
                Integer.toString(LIMIT_SECONDS),
                "bash",
                "-c",
                WATCH,
                url);
        watching.awaitLine("begun"::equals);
        Instant killed = Instant.now();
        victim.destroyForcibly();
        Output seen = watching.waitFor(Duration.ofSeconds(2 * LIMIT_SECONDS)).good();
        String back = seen.out().lines().toList().getLast();
        return Duration.between(killed, Instant.ofEpochMilli(Long.parseLong(back)));
    }
}
