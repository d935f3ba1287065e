package io.hyaline.it.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CaseFileTest {

    private static final String PROXY = "---------- proxy\nbootstrap http\nlistener plain\n";

    @Test
    void consecutiveLinesAreOneWriteWithEscapes() {
        Case c = CaseFile.parse(
                "a/b", "Text.\n" + PROXY + "---------- client\n> GET / HTTP/1.1\n>\n| a\\x00b\\\\\nanswer head\n| c\n");
        assertThat(c.description()).isEqualTo("Text.");
        assertThat(c.client()).hasSize(3);
        assertThat(text(c.client().getFirst())).isEqualTo("GET / HTTP/1.1\r\n\r\na\0b\\");
        assertThat(c.client().get(1)).isEqualTo(new Step.Answer(Step.Kind.HEAD));
    }

    @Test
    void fillRepeatsUpToTheCount() {
        Case c = CaseFile.parse("a/b", PROXY + "---------- client\nfill 5 ab\nchunks 2 3\n");
        assertThat(text(c.client().getFirst())).isEqualTo("ababa3\r\nccc\r\n3\r\nccc\r\n");
    }

    @Test
    void exchangesAreSeparatedByThenAndWaitForARequest() {
        Case c = CaseFile.parse("a/b", PROXY + "---------- upstream other\n| one\nthen\naccept\n| two\nclose\n");
        List<List<Step>> exchanges = c.upstreams().get("other");
        assertThat(exchanges).hasSize(2);
        assertThat(exchanges.getFirst().getFirst()).isEqualTo(new Step.Request(true));
        assertThat(exchanges.getLast().getFirst()).isEqualTo(new Step.Accept());
    }

    @Test
    void differencesAreGlobsOverFields() {
        Case c = CaseFile.parse("a/b", PROXY + "---------- difference\nlog[*].duration_* because of that\n");
        assertThat(c.listed("log[2].duration_ms")).map(Case.Difference::reason).contains("because of that");
        assertThat(c.listed("log[2].path")).isEmpty();
        assertThat(new Case.Difference("*.trailer.*", "").covers("client.a.answer[1].trailer.x"))
                .isTrue();
        assertThat(new Case.Difference("*", "").covers("log[1].path")).isTrue();
        assertThat(new Case.Difference("*", "").covers("start")).isFalse();
        assertThat(new Case.Difference("start", "").covers("start")).isTrue();
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> CaseFile.parse("a/b", PROXY + "---------- client\nfly away\n"))
                .hasMessage("a/b: no step is called 'fly'");
        assertThatThrownBy(() -> CaseFile.parse("a/b", "---------- client\n"))
                .hasMessage("a/b: section proxy lacks 'bootstrap NAME'");
    }

    private static String text(Step step) {
        return new String(((Step.Send) step).bytes(), StandardCharsets.ISO_8859_1);
    }
}
