package io.hyaline.model.route;

/** How a text is compared. */
public sealed interface TextMatch {
    record Exact(String text) implements TextMatch {}

    record Prefix(String text) implements TextMatch {}

    /** RE2, matching the whole text. */
    record Regex(String pattern) implements TextMatch {}

    /** Any value, but there has to be one. */
    record Present() implements TextMatch {}
}
