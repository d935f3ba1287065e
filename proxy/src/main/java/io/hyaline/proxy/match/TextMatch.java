package io.hyaline.proxy.match;

import com.google.re2j.Pattern;
import java.util.Locale;

/** Envoy's StringMatcher. Regular expressions are RE2's and must match the whole text. */
public sealed interface TextMatch {

    boolean test(String text);

    record Exact(String value, boolean ignoreCase) implements TextMatch {
        @Override
        public boolean test(String text) {
            return ignoreCase ? value.equalsIgnoreCase(text) : value.equals(text);
        }
    }

    record Prefix(String value, boolean ignoreCase) implements TextMatch {
        @Override
        public boolean test(String text) {
            return text.regionMatches(ignoreCase, 0, value, 0, value.length());
        }
    }

    record Suffix(String value, boolean ignoreCase) implements TextMatch {
        @Override
        public boolean test(String text) {
            return text.regionMatches(ignoreCase, text.length() - value.length(), value, 0, value.length());
        }
    }

    record Contains(String value, boolean ignoreCase) implements TextMatch {
        @Override
        public boolean test(String text) {
            return ignoreCase
                    ? text.toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT))
                    : text.contains(value);
        }
    }

    record Regex(Pattern pattern) implements TextMatch {
        @Override
        public boolean test(String text) {
            return pattern.matches(text);
        }
    }
}
