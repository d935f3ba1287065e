package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Eventually;
import io.hyaline.testkit.Output;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person gets wrong, and what is not there: a message that names the thing and the way out, and nothing half done. */
@Tag("cluster")
final class FaultsTest {

    private static final String HYALINE = ClusterFixture.ROOT.resolve("hyaline").toString();
    private static final String FAULTS = ClusterFixture.ROOT + "/it/src/test/cluster/faults/";
    private static ClusterFixture cluster;

    @BeforeAll
    static void up() {
        cluster = ClusterFixture.start("--nodes", "1");
    }

    @AfterAll
    static void down() {
        cluster.close();
    }

    @Test
    void aSecondUpNamesTheFirst() {
        Output second = cluster.hyaline("up", "--detach");

        assertThat(second.code()).isEqualTo(1);
        assertThat(second.err())
                .contains("already up in " + cluster.home(), "kubeconfig", "`hyaline down`", "HYALINE_HOME");
    }

    @Test
    void downWithoutUpSaysWhereItLooked() {
        try (ClusterFixture empty = ClusterFixture.empty()) {
            Output down = empty.hyaline("down");

            assertThat(down.code()).isEqualTo(1);
            assertThat(down.err()).contains("no cluster is up in " + empty.home(), "`hyaline up`");
        }
    }

    @Test
    void aTakenPortIsNamedAndNothingIsLeft() {
        try (ClusterFixture empty = ClusterFixture.empty()) {
            String holdThePort =
                    "import socket, subprocess, sys; s = socket.socket(); s.bind(('127.0.0.1', 6443)); s.listen();"
                            + " sys.exit(subprocess.call(sys.argv[1:]))";
            String before = empty.run("ip", "-o", "link").good().out();

            Output up = empty.run("python3", "-c", holdThePort, HYALINE, "up", "--detach");

            assertThat(up.code()).isEqualTo(1);
            assertThat(up.err()).contains("127.0.0.1:6443", "Address already in use", "--api-port");
            assertThat(empty.run("ip", "-o", "link").good().out()).isEqualTo(before);
            assertThat(empty.hyaline("down").err()).contains("no cluster is up");
        }
    }

    /** In a user namespace that allows no further ones, an ordinary user's `up`. */
    @Test
    void withoutRootItNamesTheSwitch() {
        String forbidden = """
                unshare --user sleep 60 & p=$!
                while [ "$(readlink /proc/$p/ns/user)" = "$(readlink /proc/self/ns/user)" ]; do :; done
                for m in uid gid; do echo 0 0 65536 >/proc/$p/${m}_map; done
                nsenter --target $p --user --setuid 0 --setgid 0 sh -c 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"' sh \
                    setpriv --reuid 65534 --clear-groups env HYALINE_HOME=/nonexistent/hyaline "$0" up; code=$?
                kill $p; exit $code
                """;

        Output up = cluster.run("sh", "-c", forbidden, HYALINE);

        assertThat(up.code()).isEqualTo(2);
        assertThat(up.err()).contains("user and network namespaces", "sysctl -w user.max_user_namespaces", "root");
    }

    @Test
    void withoutRootThereIsNoEgress() {
        Output up = cluster.run(
                "setpriv",
                "--reuid",
                "65534",
                "--clear-groups",
                "env",
                "HYALINE_HOME=/nonexistent/hyaline",
                HYALINE,
                "up",
                "--egress");

        assertThat(up.code()).isEqualTo(2);
        assertThat(up.err()).contains("--egress", "only root may");
    }

    @Test
    void withoutAJdkItSaysWhereItLooked() {
        String hidden = "for d in /usr/lib/jvm /opt; do mount -t tmpfs none $d; done;"
                + " exec env -i PATH=/usr/bin:/bin HOME=/nonexistent \"$0\" up";

        Output up = cluster.run("unshare", "--mount", "sh", "-c", hidden, HYALINE);

        assertThat(up.code()).isEqualTo(2);
        assertThat(up.err()).contains("no JDK 25 found", "/usr/lib/jvm", "HYALINE_JAVA_HOME");
    }

    @Test
    void aMissingToolIsNamedWithItsPackage() {
        String hidden = "for f in /usr/sbin/nft /sbin/nft; do mount --bind /dev/null $f; done; exec \"$0\" up";

        Output up = cluster.run("unshare", "--mount", "sh", "-c", hidden, HYALINE);

        assertThat(up.code()).isEqualTo(2);
        assertThat(up.err()).contains("missing on this machine: nft", "nftables");
    }

    @ParameterizedTest
    @CsvSource({
        "broken.yaml,        error converting YAML to JSON",
        "unknown-kind.yaml,  no matches for kind \"Bar\" in version \"foo.example/v1\"",
        "unknown-field.yaml, unknown field \"spec.prots\"",
        "mistyped.yaml,      spec.mtls.mode",
    })
    void whatCannotBeReadIsRefusedByName(String file, String message) {
        Output apply = cluster.tryKubectl("apply", "-f", FAULTS + file);

        assertThat(apply.code()).isEqualTo(1);
        assertThat(apply.err()).contains(message);
    }

    @Test
    void anImageThatNothingResolvesSaysWhatToDo() {
        cluster.kubectl("apply", "-f", FAULTS + "unknown-image.yaml");

        Eventually.passes("the pod names the image and the way out", () -> {
            assertThat(cluster.kubectl("get", "pods", "-l", "app=unknown-image"))
                    .containsAnyOf("ErrImagePull", "ImagePullBackOff");
            assertThat(cluster.kubectl("describe", "pods", "-l", "app=unknown-image"))
                    .contains("no image \"nowhere.example/none:1\" in the catalogue", "images.yaml", "names:");
        });
    }

    @Test
    void aServiceWithoutEndpointsAnswersThatItHasNone() {
        cluster.kubectl("apply", "-f", FAULTS + "lonely.yaml");
        cluster.kubectl("rollout", "status", "deploy/caller", "--timeout=90s");

        Eventually.passes("503 from the sidecar, with the reason in its log", () -> {
            Output answer = cluster.tryKubectl(
                    "exec", "deploy/caller", "-c", "curl", "--", "curl", "-s", "-i", "-m", "5", "http://lonely:8000/");
            assertThat(answer.out()).contains("503 Service Unavailable", "no healthy upstream");
            assertThat(cluster.kubectl("logs", "deploy/caller", "-c", "istio-proxy"))
                    .contains("\"response_flags\":\"UH\"");
        });
    }
}
