package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Frames that nobody would send: whatever comes, the proxy goes on serving others, and loses no buffer. */
class Http2FuzzTest {

    private static final int CONNECTIONS = 300;
    private static final int MAX_FRAMES = 30;

    @Test
    void survivesAnyFrames() throws Exception {
        ResourceLeakDetector.Level before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        try (Origin origin = new Origin(r -> Origin.ok("x".repeat(1000)));
                Rig rig = new Rig().apply(Rig.http("", Rig.routeTo("o"), Rig.cluster("o", origin.port())))) {
            for (int seed = 0; seed < CONNECTIONS; seed++) {
                attack(rig, new SplittableRandom(seed));
            }
            try (FramePeer peer = FramePeer.connect(rig)) {
                peer.get(1, "/");
                assertThat(peer.answer(1)).as("an innocent request afterwards").startsWith(":status: 200\n");
            }
        } finally {
            ResourceLeakDetector.setLevel(before);
        }
    }

    private static void attack(Rig rig, SplittableRandom random) throws Exception {
        try (FramePeer peer = FramePeer.connect(rig)) {
            int next = 1;
            for (int i = random.nextInt(MAX_FRAMES); i >= 0; i--) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> {
                        peer.fields(
                                next,
                                random.nextBoolean(),
                                ":method",
                                random.nextBoolean() ? "POST" : "HEAD",
                                ":scheme",
                                "http",
                                ":path",
                                "/" + i,
                                ":authority",
                                "h",
                                "expect",
                                random.nextBoolean() ? "100-continue" : "x");
                        next += 2;
                    }
                    case 2 -> peer.data(Math.max(1, next - 2), random.nextBoolean(), "z".repeat(random.nextInt(3000)));
                    default -> {
                        byte[] payload = new byte[random.nextInt(40)];
                        random.nextBytes(payload);
                        peer.frame(random.nextInt(11), random.nextInt(256), random.nextInt(next + 3), payload);
                    }
                }
            }
            byte[] cut = new byte[random.nextInt(20)];
            random.nextBytes(cut);
            peer.raw(cut);
        } catch (IOException ended) {
            // the proxy has had enough of this client
        }
    }
}
