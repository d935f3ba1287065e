package io.hyaline.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PublicationTest {

    @ParameterizedTest
    @CsvSource({
        "8080:80, 0.0.0.0:8080:80",
        "127.0.0.1:8443:443, 127.0.0.1:8443:443",
        "[0:0::1]:8443:443, [::1]:8443:443"
    })
    void saysWhereAndWhereTo(String text, String read) {
        assertThat(Publication.parse(text)).hasToString(read);
        assertThat(Publication.parse(read)).isEqualTo(Publication.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "8080, '8080'' is not of the form [ADDRESS:]HOSTPORT:PORT'",
        "http:80, is not of the form",
        "65536:80, port 65536 is not between 1 and 65535",
        "0:80, port 0 is not between",
        "8080:0, port 0 is not between",
        "1.2.3:8080:80, is not of the form",
        "256.1.1.1:8080:80, 256.1.1.1",
        "::1:8080:80, is not of the form",
        "[::g]:8080:80, is not of the form",
        "[1::2::3]:8080:80, 1::2::3",
    })
    void namesWhatItCannotRead(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Publication.parse(text))
                .withMessageContaining(why.strip());
    }
}
