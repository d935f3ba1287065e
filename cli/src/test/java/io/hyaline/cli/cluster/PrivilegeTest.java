package io.hyaline.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivilegeTest {

    @TempDir
    private Path switches;

    @Test
    void namesTheSwitchesThatForbidIt() throws IOException {
        set("kernel/apparmor_restrict_unprivileged_userns", "1");
        set("user/max_user_namespaces", "0");
        set("kernel/unprivileged_userns_clone", "1");
        assertThat(Privilege.forbidden("unshare: Operation not permitted", switches))
                .endsWith(
                        "(unshare: Operation not permitted): root can allow it with sysctl -w"
                                + " kernel.apparmor_restrict_unprivileged_userns=0 && sysctl -w user.max_user_namespaces=15000");
    }

    @Test
    void looksElsewhereWhenNoSwitchDoes() {
        assertThat(Privilege.forbidden("no", switches)).contains("seccomp");
    }

    private void set(String name, String value) throws IOException {
        Path file = switches.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, value + "\n");
    }
}
