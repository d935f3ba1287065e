package io.hyaline.apiserver.validate;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What names and keys may look like; each check answers with a complaint or null. */
final class Syntax {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final Pattern LABEL_1123 = Pattern.compile(LABEL);
    private static final Pattern LABEL_1035 = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern SUBDOMAIN_1123 = Pattern.compile(SUBDOMAIN);
    private static final Pattern QUALIFIED = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final Pattern VARIABLE = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    private Syntax() {}

    static @Nullable String subdomain(String text) {
        if (text.length() > 253) {
            return "must be no more than 253 characters";
        }
        return SUBDOMAIN_1123.matcher(text).matches()
                ? null
                : "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    }

    static @Nullable String label(String text) {
        if (text.length() > 63) {
            return "must be no more than 63 characters";
        }
        return LABEL_1123.matcher(text).matches()
                ? null
                : "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and"
                        + " end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is"
                        + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    }

    static @Nullable String serviceName(String text) {
        if (text.length() > 63) {
            return "must be no more than 63 characters";
        }
        return LABEL_1035.matcher(text).matches()
                ? null
                : "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
                        + " character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for"
                        + " validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    }

    /** Names that stand in a path and may hold anything else, such as {@code system:node}. */
    static @Nullable String pathSegment(String text) {
        boolean bad = text.equals(".") || text.equals("..") || text.contains("/") || text.contains("%");
        return bad ? "may not be '.', '..', or contain '/' or '%'" : null;
    }

    static @Nullable String qualified(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0 && (slash == 0 || subdomain(text.substring(0, slash)) != null)) {
            return "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
                    + " '.', and must start and end with an alphanumeric character";
        }
        String name = text.substring(slash + 1);
        return !name.isEmpty() && name.length() <= 63 && QUALIFIED.matcher(name).matches()
                ? null
                : "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                        + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    }

    static @Nullable String labelValue(String text) {
        boolean good = text.isEmpty()
                || (text.length() <= 63 && QUALIFIED.matcher(text).matches());
        return good
                ? null
                : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must"
                        + " start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex"
                        + " used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    }

    static @Nullable String configKey(String text) {
        return text.length() <= 253 && CONFIG_KEY.matcher(text).matches() && !text.equals(".") && !text.startsWith("..")
                ? null
                : "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or"
                        + " 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
    }

    static @Nullable String portName(String text) {
        boolean good = text.length() <= 15
                && PORT_NAME.matcher(text).matches()
                && !text.contains("--")
                && text.chars().anyMatch(Character::isLetter);
        return good
                ? null
                : "must be no more than 15 characters, contain only alpha-numeric characters (a-z, 0-9) and hyphens, and at"
                        + " least one letter";
    }

    static @Nullable String variable(String text) {
        return VARIABLE.matcher(text).matches()
                ? null
                : "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and"
                        + " must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used"
                        + " for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
    }
}
