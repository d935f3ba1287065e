package io.hyaline.proxy.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.client.ClientAddress.Origin;
import io.hyaline.proxy.client.ClientAddress.Voucher;
import io.hyaline.proxy.match.Cidr;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The worked examples of Envoy's documentation. */
class TrustedAddressTest {

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            true,  0, 192.0.2.5,   '203.0.113.128, 203.0.113.10, 203.0.113.1',            192.0.2.5,    192.0.2.5,    false, true
            false, 0, 10.11.12.13, '203.0.113.128, 203.0.113.10, 203.0.113.1, 192.0.2.5', 192.0.2.5,    -,            false, false
            true,  2, 192.0.2.5,   '203.0.113.128, 203.0.113.10, 203.0.113.1',            203.0.113.10, 192.0.2.5,    false, true
            false, 2, 10.11.12.13, '203.0.113.128, 203.0.113.10, 203.0.113.1, 192.0.2.5', 203.0.113.10, -,            false, false
            false, 0, 10.20.30.50, -,                                                     10.20.30.50,  -,            false, false
            false, 0, 10.20.30.50, 10.20.30.40,                                           10.20.30.40,  -,            true,  false
            true,  0, 10.0.0.7,    -,                                                     10.0.0.7,     10.0.0.7,     true,  false
            true,  2, 10.0.0.93,   '56.5.6.7, 72.9.5.6, 98.1.2.3',                        72.9.5.6,     10.0.0.93,    false, true
            true,  2, 10.0.0.93,   1.2.3.4,                                               10.0.0.93,    10.0.0.93,    false, true
            true,  0, 10.0.0.93,   9.9.9.9,                                               10.0.0.93,    10.0.0.93,    false, true
            false, 0, 10.0.0.93,   'unknown',                                             10.0.0.93,    -,            false, false
            true,  0, 127.0.0.1,   -,                                                     127.0.0.1,    10.9.9.9,     true,  false
            """)
    void decidesAsEnvoyDoes(
            boolean useRemote,
            int hops,
            String peer,
            String xff,
            String trusted,
            String appended,
            boolean internal,
            boolean edge) {
        TrustedAddress decision = TrustedAddress.decide(
                new TrustedAddress.Rules(useRemote, hops, false, Cidr.PRIVATE),
                xff,
                ClientAddress.socket(new InetSocketAddress(Cidr.address(peer), 4711)),
                Cidr.address("10.9.9.9"));
        assertThat(decision.client().addressText()).isEqualTo(trusted);
        assertThat(decision.appendToXff()).isEqualTo(appended);
        assertThat(decision.internal()).isEqualTo(internal);
        assertThat(decision.edge()).isEqualTo(edge);
        assertThat(decision.client().port()).isEqualTo(trusted.equals(peer) ? 4711 : 0);
    }

    @ParameterizedTest
    @CsvSource({"0, X_FORWARDED_FOR, NOBODY", "1, X_FORWARDED_FOR, TRUSTED_HOPS"})
    void saysWhoVouches(int hops, Origin origin, Voucher voucher) {
        ClientAddress client = TrustedAddress.decide(
                        new TrustedAddress.Rules(false, hops, false, List.of()),
                        "192.0.2.1,192.0.2.2",
                        ClientAddress.socket(new InetSocketAddress(Cidr.address("10.0.0.1"), 1)),
                        null)
                .client();
        assertThat(client.origin()).isEqualTo(origin);
        assertThat(client.voucher()).isEqualTo(voucher);
    }
}
