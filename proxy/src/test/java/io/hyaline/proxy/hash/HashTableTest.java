package io.hyaline.proxy.hash;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.hash.HashTable.Function;
import io.hyaline.proxy.hash.HashTable.Kind;
import io.hyaline.proxy.hash.HashTable.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HashTableTest {

    private static final Kind RING = new Kind.Ring(1024, 8 << 20, Function.XX_HASH);
    private static final Kind MAGLEV = new Kind.Table(65_537);

    private static final List<String> ADDRESSES = List.of(
            "127.0.0.1:7101",
            "127.0.0.1:7102",
            "172.20.1.5:80",
            "[::1]:7104",
            "203.0.113.80:65535",
            "10.0.0.7:8080",
            "10.0.0.8:8080");
    private static final List<Integer> WEIGHTS = List.of(1, 2, 3, 4, 5, 6, 70);

    private static List<Member> members(List<String> keys, boolean weighted) {
        double sum = IntStream.range(0, keys.size())
                .map(i -> weighted ? WEIGHTS.get(i) : 1)
                .sum();
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            members.add(new Member(keys.get(i), (weighted ? WEIGHTS.get(i) : 1) / sum));
        }
        return members;
    }

    /** What Envoy 1.40 picked among these addresses for requests whose header was key-0 to key-59. */
    static Stream<Arguments> envoysPicks() {
        return Stream.of(
                Arguments.of(RING, false, "221353505330316055611141431001244624522261235216001125303562"),
                Arguments.of(RING, true, "646366605366666166665666666666666664566666666616626666666666"),
                Arguments.of(
                        new Kind.Ring(100, 150, Function.XX_HASH),
                        true,
                        "666636666666566666366663664666666644636646056566354636666666"),
                Arguments.of(
                        new Kind.Ring(1024, 8 << 20, Function.MURMUR_HASH_2),
                        true,
                        "666656666662126646664666666466666566666666666665666565626566"),
                Arguments.of(MAGLEV, false, "454040156526531121451434220054406561554224523452424410053634"),
                Arguments.of(MAGLEV, true, "566641166666566666656434266666606666556624526456466465663636"),
                Arguments.of(new Kind.Table(31), true, "663664266466663666665656666666341063666666261666305650666266"));
    }

    @ParameterizedTest
    @MethodSource("envoysPicks")
    void picksAsEnvoy(Kind kind, boolean weighted, String picks) {
        HashTable table = HashTable.of(kind, members(ADDRESSES, weighted));
        StringBuilder found = new StringBuilder();
        for (int i = 0; i < picks.length(); i++) {
            // A header's values are hashed one after another, the hash of one being the seed of the next.
            found.append(table.pick(XxHash.of("key-" + i), 0));
        }
        assertThat(found.toString()).isEqualTo(picks);
    }

    static Stream<Kind> kinds() {
        return Stream.of(RING, MAGLEV);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void hashesOfMembersThatStayMostlyStayToo(Kind kind) {
        List<String> fewer = ADDRESSES.subList(0, 6);
        HashTable before = HashTable.of(kind, members(ADDRESSES, false));
        HashTable after = HashTable.of(kind, members(fewer, false));
        int moved = 0;
        for (int i = 0; i < 10_000; i++) {
            long hash = XxHash.of("client-" + i);
            int was = before.pick(hash, 0);
            boolean kept = was == after.pick(hash, 0);
            moved += was < 6 && !kept ? 1 : 0;
        }
        // Those that stay have more places than before, and take some hashes from each other with the new ones.
        assertThat(moved).isLessThan(1_000);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void theOrderOfMembersDoesNotMatter(Kind kind) {
        List<String> reversed = ADDRESSES.reversed();
        HashTable one = HashTable.of(kind, members(ADDRESSES, false));
        HashTable other = HashTable.of(kind, members(reversed, false));
        for (int i = 0; i < 1000; i++) {
            long hash = XxHash.of("client-" + i);
            assertThat(reversed.get(other.pick(hash, 0))).isEqualTo(ADDRESSES.get(one.pick(hash, 0)));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void allMembersHaveTheirShare(Kind kind) {
        HashTable table = HashTable.of(kind, members(ADDRESSES, false));
        int[] counts = new int[ADDRESSES.size()];
        for (int i = 0; i < 70_000; i++) {
            counts[table.pick(XxHash.of("client-" + i), 0)]++;
        }
        assertThat(counts)
                .satisfies(all ->
                        assertThat(IntStream.of(all).boxed()).allMatch(count -> count > 7_000 && count < 13_000));
    }
}
