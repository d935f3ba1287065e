package io.hyaline.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class NftTest {

    @Test
    void namesTheRuleThatWasRefused() {
        String text = "table inet x {\n  chain y {\n    tcp dport 80 tproxy to :1\n  }\n}\n";
        String output = "/dev/stdin:3:5-9: Error: Could not process rule: Operation not supported\n";

        assertThat(Nft.explain(text, output))
                .startsWith("nft refused the capture rule \"tcp dport 80 tproxy to :1\": Could not process rule:"
                        + " Operation not supported");
    }

    @Test
    void repeatsWhatNftSaidWhenItNamesNoLine() {
        assertThat(Nft.explain("", "netlink: Error: cache initialization failed"))
                .isEqualTo("nft refused the capture rules: netlink: Error: cache initialization failed");
    }
}
