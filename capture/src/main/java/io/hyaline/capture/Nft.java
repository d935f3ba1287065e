package io.hyaline.capture;

import io.hyaline.linux.Command;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs one nftables transaction: the kernel takes all of it or none. */
final class Nft {

    private static final Pattern LINE = Pattern.compile(":(\\d+):\\d+-\\d+: Error: ([^\\n]*)");

    private Nft() {}

    static void run(String text) {
        Command.Result result = Tool.run(Command.of("nft", "-f", "-").withInput(text));
        if (result.exitCode() != 0) {
            throw new CaptureException(explain(text, result.output().strip()));
        }
    }

    /** Names the rule that nft refused, as far as nft tells. */
    static String explain(String text, String output) {
        Matcher matcher = LINE.matcher(output);
        if (!matcher.find()) {
            return "nft refused the capture rules: " + output;
        }
        int number = Integer.parseInt(matcher.group(1));
        String rule = text.lines().skip(number - 1L).findFirst().orElse("").strip();
        return "nft refused the capture rule \"" + rule + "\": " + matcher.group(2)
                + "; the kernel needs nf_tables with nat, tproxy, ct and redirect, and the caller CAP_NET_ADMIN";
    }
}
