package io.hyaline.cli.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class ForwardLookupsTest {

    @Test
    void anAddressIsItsOwnName() throws UnknownHostException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});

        assertThat(new InetSocketAddress(loopback, 80).getHostName()).isEqualTo("127.0.0.1");
    }

    @Test
    void aNameStillHasAddresses() throws UnknownHostException {
        assertThat(InetAddress.getAllByName("localhost")).isNotEmpty();
    }
}
