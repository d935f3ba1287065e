package io.hyaline.runtime.nft;

import java.util.List;

/**
 * A chain.
 *
 * @param hook where the kernel enters it, such as {@code type nat hook output priority -100; policy accept;}; empty for one
 *     that only rules lead to
 * @param note a comment above it in the full text; empty for none
 */
public record NftChain(String name, String hook, String note, List<String> rules) {

    public NftChain {
        rules = List.copyOf(rules);
    }

    /** A chain that rules lead to. */
    public static NftChain of(String name, String... rules) {
        return new NftChain(name, "", "", List.of(rules));
    }

    /** A chain that packets enter by themselves. */
    public static NftChain base(String name, String hook, String... rules) {
        return new NftChain(name, hook, "", List.of(rules));
    }

    public NftChain withNote(String text) {
        return new NftChain(name, hook, text, rules);
    }
}
