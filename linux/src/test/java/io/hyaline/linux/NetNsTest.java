package io.hyaline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("netns")
class NetNsTest {

    @Test
    void aNewNamespaceHasOnlyLoopbackAndCommandsRunInsideIt() {
        try (NetNs namespace = NetNs.create("test");
                NamespaceThread thread = new NamespaceThread("test")) {
            String links = Command.of("ip", "-o", "link").check(thread, namespace);
            assertThat(links.lines()).hasSize(1).first().asString().contains("lo:");
        }
    }

    @Test
    void anotherProcessFindsItByPath() {
        try (NetNs left = NetNs.create("left");
                NetNs right = NetNs.create("right");
                NamespaceThread thread = new NamespaceThread("test")) {
            String pair = "link add left0 type veth peer name right0 netns " + right.path();
            Command.of("ip", "-batch", "-").withInput(pair).check(thread, left);
            assertThat(Command.of("ip", "-o", "link").check(thread, right)).contains("right0@");
        }
    }
}
