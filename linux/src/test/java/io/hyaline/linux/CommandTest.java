package io.hyaline.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommandTest {

    @Test
    void inputBecomesOutput() {
        assertThat(Command.of("cat").withInput("hello").check()).isEqualTo("hello");
    }

    @Test
    void failureCarriesTheProgramsOwnWords() {
        assertThatThrownBy(() -> Command.of("sh", "-c", "echo no such bridge >&2; exit 3")
                        .check())
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining("exit code 3: no such bridge");
    }

    @Test
    void missingProgramIsNamed() {
        assertThatThrownBy(() -> Command.of("/nonexistent/ip").run())
                .hasMessageContaining("cannot start /nonexistent/ip");
    }
}
