package io.hyaline.apiserver.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.Range;
import io.hyaline.apiserver.store.Key;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressRangeTest {
    private static final Key OWNER = new Key("services", "default", "a");
    private static final Key OTHER = new Key("services", "default", "b");

    /** A range, how many addresses are chosen before it is full, and the first and last of them. */
    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/24, 239, 10.96.0.16, 10.96.0.254",
        "10.96.0.0/28, 14, 10.96.0.1, 10.96.0.14",
        "10.96.0.0/29, 6, 10.96.0.1, 10.96.0.6",
        "fd00:10:96::/120, 240, fd00:10:96::10, fd00:10:96::ff",
        "fd00:10:96::/125, 7, fd00:10:96::1, fd00:10:96::7",
    })
    void addressesAreChosenUntilNoneIsLeft(String range, int count, String first, String last) {
        AddressRange addresses = range(range);
        Set<Ip> chosen = new HashSet<>();
        for (Ip next = addresses.any(OWNER); next != null; next = addresses.any(OWNER)) {
            chosen.add(next);
        }
        assertThat(chosen).hasSize(count).contains(ip(first), ip(last));
        assertThat(chosen.stream().map(Ip::number))
                .allMatch(number -> number.compareTo(ip(first).number()) >= 0);
        addresses.release(ip(last), OWNER);
        assertThat(addresses.any(OTHER)).isEqualTo(ip(last));
    }

    @ParameterizedTest
    @CsvSource({
        "10.96.0.0/16, 10.96.0.0, false",
        "10.96.0.0/16, 10.96.0.1, true",
        "10.96.0.0/16, 10.96.255.254, true",
        "10.96.0.0/16, 10.96.255.255, false",
        "10.96.0.0/16, 10.97.0.1, false",
        "fd00:10:96::/112, fd00:10:96::, false",
        "fd00:10:96::/112, fd00:10:96::ffff, true",
        "fd00:10:96::/64, fd00:10:96:0:ffff::1, true",
        "::/0, ffff::, true",
        "fd00:10:96::/112, 10.96.0.1, false",
    })
    void networkAndBroadcastAreNobodys(String range, String address, boolean expected) {
        assertThat(range(range).contains(ip(address))).isEqualTo(expected);
    }

    @Test
    void hugeRangesChooseNearTheirBeginning() {
        for (String text : new String[] {"fd00:10:96::/108", "fd00:10:96::/64", "fd00::/8"}) {
            AddressRange addresses = range(text);
            Range near = Objects.requireNonNull(Range.parse(text.substring(0, text.indexOf('/')) + "/112"));
            for (int i = 0; i < 1000; i++) {
                assertThat(near.contains(Objects.requireNonNull(addresses.any(OWNER))))
                        .isTrue();
            }
        }
    }

    @Test
    void anAddressHasOneOwner() {
        AddressRange addresses = range("fd00:10:96::/112");
        Ip asked = ip("fd00:10:96::5");
        assertThat(addresses.claim(asked, OWNER)).isTrue();
        assertThat(addresses.claim(asked, OWNER)).isTrue();
        assertThat(addresses.claim(ip("FD00:0010:96::0005"), OTHER)).isFalse();
        addresses.release(asked, OTHER);
        assertThat(addresses.claim(asked, OTHER)).isFalse();
        addresses.release(asked, OWNER);
        assertThat(addresses.claim(asked, OTHER)).isTrue();
    }

    private static AddressRange range(String text) {
        return new AddressRange(Objects.requireNonNull(Range.parse(text)));
    }

    private static Ip ip(String text) {
        return Objects.requireNonNull(Ip.parse(text));
    }
}
