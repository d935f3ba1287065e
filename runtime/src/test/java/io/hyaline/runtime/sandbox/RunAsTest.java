package io.hyaline.runtime.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RunAsTest {

    private static final RunAs POD = RunAs.of(
            null,
            new SecurityContextBuilder()
                    .withRunAsUser(1337L)
                    .withRunAsGroup(1337L)
                    .withAllowPrivilegeEscalation(false)
                    .withNewCapabilities()
                    .addToDrop("ALL")
                    .addToAdd("NET_RAW")
                    .endCapabilities()
                    .build(),
            0,
            0);

    @Test
    void aPodCannotGiveItselfWhatMarksAreSetWith() {
        assertThat(POD.setpriv())
                .contains("--inh-caps=-all", "--bounding-set=-all")
                .noneMatch(w -> w.contains("raw"));
    }

    @Test
    void theInstallationsOwnProgramsKeepTheirsAcrossTheChangeOfUser() {
        assertThat(POD.withExactly(Set.of("net_raw")).setpriv())
                .containsExactly(
                        "setpriv",
                        "--reuid",
                        "1337",
                        "--regid",
                        "1337",
                        "--clear-groups",
                        "--inh-caps=-all,+net_raw",
                        "--ambient-caps=-all,+net_raw",
                        "--bounding-set=-all,+net_raw",
                        "--no-new-privs",
                        "--");
    }
}
