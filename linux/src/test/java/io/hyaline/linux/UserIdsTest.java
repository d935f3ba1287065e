package io.hyaline.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class UserIdsTest {

    @Test
    void theHostHasAllIds() {
        UserIds host = UserIds.parse(List.of("         0          0 4294967295"));
        assertThat(host.initial()).isTrue();
        assertThat(host.has(1337)).isTrue();
    }

    @Test
    void aNamespaceOfAnOrdinaryUserHasOne() {
        UserIds one = UserIds.parse(List.of("         0       1000          1"));
        assertThat(one.initial()).isFalse();
        assertThat(one.has(0)).isTrue();
        assertThat(one.has(1)).isFalse();
    }

    @Test
    void subordinateIdsMakeItARange() {
        UserIds range = UserIds.parse(List.of("0 1000 1", "1 100000 65536"));
        assertThat(range.has(1337)).isTrue();
        assertThat(range.has(65536)).isTrue();
        assertThat(range.has(65537)).isFalse();
    }

    @Test
    void thisProcessIsSomebody() {
        assertThat(UserIds.current().ranges()).isNotEmpty();
    }
}
