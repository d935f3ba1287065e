package io.hyaline.runtime.probes;

/** What one try of a probe found. */
public record Verdict(boolean good, String message) {

    static final Verdict GOOD = new Verdict(true, "");

    static Verdict bad(String message) {
        return new Verdict(false, message);
    }
}
