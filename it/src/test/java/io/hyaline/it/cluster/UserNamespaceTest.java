package io.hyaline.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.testkit.Output;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A cluster in a user namespace with one mapped id, as ordinary users have it: overlays over the root's directories one by one,
 * nobody to switch to, and yet every address of the document's first scenario.
 */
@Tag("cluster")
final class UserNamespaceTest {

    private static ClusterFixture place;

    @BeforeAll
    static void place() {
        ClusterFixture.prepareImages();
        place = ClusterFixture.empty();
    }

    @AfterAll
    static void leave() {
        place.close();
    }

    @Test
    void theDemoIsGreen() {
        Output demo = place.run(
                "unshare",
                "--user",
                "--map-root-user",
                ClusterFixture.ROOT.resolve("hyaline").toString(),
                "demo",
                "east-west");
        assertThat(demo.code()).as(demo.err() + demo.out()).isZero();
        assertThat(demo.out()).contains("54 of 54 as expected");
    }
}
