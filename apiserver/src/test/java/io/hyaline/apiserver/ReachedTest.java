package io.hyaline.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.address.Ip;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReachedTest {
    /** Addresses to listen on, those of the sockets, and the one in the kubeconfig. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1 | [127.0.0.1] | 127.0.0.1",
                "127.0.0.1 203.0.113.1 | [127.0.0.1, 203.0.113.1] | 127.0.0.1",
                "203.0.113.1 | [203.0.113.1] | 203.0.113.1",
                "203.0.113.1 203.0.113.1 | [203.0.113.1] | 203.0.113.1",
                "::1 | [::1] | ::1",
                "fd00::1 ::1 | [fd00::1, ::1] | ::1",
                "fd00::1 | [fd00::1] | fd00::1",
                "0.0.0.0 | [0.0.0.0] | 127.0.0.1",
                "0.0.0.0 127.0.0.1 ::1 | [0.0.0.0, ::1] | 127.0.0.1",
                ":: | [::] | ::1",
                "0.0.0.0 :: | [::] | 127.0.0.1",
            })
    void oneSocketForAllAddresses(String listening, String sockets, String here) {
        List<Ip> addresses =
                Stream.of(listening.split(" ")).map(ReachedTest::ip).toList();
        assertThat(Reached.sockets(addresses)).hasToString(sockets);
        assertThat(Reached.here(addresses)).isEqualTo(ip(here));
    }

    private static Ip ip(String text) {
        return Objects.requireNonNull(Ip.parse(text));
    }
}
