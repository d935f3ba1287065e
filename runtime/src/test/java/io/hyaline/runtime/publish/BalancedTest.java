package io.hyaline.runtime.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.runtime.net.Ip;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalancedTest {

    private static final List<InetAddress> SELVES =
            List.of(InetAddress.ofLiteral("203.0.113.1"), InetAddress.ofLiteral("2001:db8:113::1"));

    private static @Nullable InetSocketAddress target(String addresses, Ip family) {
        return Arrays.stream(addresses.split(" "))
                .flatMap(a -> family.parse(a).stream())
                .map(a -> new InetSocketAddress(a, 80))
                .findFirst()
                .orElse(null);
    }

    /** By the load balancer's addresses and the caller's: where to, and as whom. */
    @ParameterizedTest
    @CsvSource({
        "203.0.113.80 2001:db8:113::50, 198.51.100.7, 203.0.113.80, 198.51.100.7",
        "203.0.113.80 2001:db8:113::50, 2001:db8::7, 2001:db8:113::50, 2001:db8::7",
        "203.0.113.80 2001:db8:113::50, 127.0.0.1, 203.0.113.80, 203.0.113.1",
        "203.0.113.80 2001:db8:113::50, ::1, 2001:db8:113::50, 2001:db8:113::1",
        "203.0.113.80, ::1, 203.0.113.80, 203.0.113.1",
        "203.0.113.80, 2001:db8::7, '', ''",
        "2001:db8:113::50, 127.0.0.1, 2001:db8:113::50, 2001:db8:113::1",
        "2001:db8:113::50, 198.51.100.7, '', ''",
        "none, 127.0.0.1, '', ''"
    })
    void aClientGoesOnInItsOwnFamily(String balanced, String client, String to, String as) {
        Balanced port = new Balanced(null, family -> target(balanced, family), SELVES);
        String found = port.path(new InetSocketAddress(InetAddress.ofLiteral(client), 40_000))
                .map(path -> text(path.to()) + " " + text(path.from()))
                .orElse(" ");
        assertThat(found).isEqualTo(to + " " + as);
    }

    private static String text(@Nullable InetSocketAddress address) {
        InetAddress plain = address == null ? InetAddress.getLoopbackAddress() : address.getAddress();
        return Ip.of(plain).address(plain.getHostAddress()).orElseThrow();
    }
}
