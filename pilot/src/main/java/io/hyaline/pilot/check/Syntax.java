package io.hyaline.pilot.check;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What names may look like; each check answers with a complaint or null. */
final class Syntax {
    private static final String WORD = "[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?";
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern NAME = Pattern.compile(WORD + "(\\." + WORD + ")*\\.?");
    private static final Pattern QUALIFIED = Pattern.compile("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern HEADER = Pattern.compile("[-_A-Za-z0-9]+");
    private static final Pattern OCTETS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern BITS = Pattern.compile("\\d{1,3}");
    private static final int LONGEST_NAME = 255;

    private Syntax() {}

    static @Nullable String label(String text) {
        return LABEL.matcher(text).matches()
                ? null
                : "\"" + text
                        + "\" is not a DNS label: lower-case letters, digits and '-', up to 63, beginning and ending"
                        + " with a letter or digit";
    }

    /** A name, {@code *}, or {@code *.name}. */
    static @Nullable String host(String text) {
        if (text.length() > LONGEST_NAME) {
            return "domain name of " + text.length() + " characters exceeds maximum length of " + LONGEST_NAME;
        }
        String name = text.startsWith("*.") ? text.substring(2) : text;
        if (text.equals("*") || isAddress(text) || NAME.matcher(name).matches()) {
            return null;
        }
        return name.contains("*")
                ? "invalid domain name \"" + text + "\": a wildcard is the whole first label: * or *.example.com"
                : "domain name \"" + text + "\" invalid: labels of letters, digits and '-', separated by dots";
    }

    /** A host that traffic is sent to: not every one. */
    static @Nullable String destination(String text) {
        return text.equals("*") ? "\"*\" stands for every host and is none that traffic can be sent to" : host(text);
    }

    static @Nullable String labelKey(String text) {
        String name = text.substring(text.lastIndexOf('/') + 1);
        return QUALIFIED.matcher(name).matches() ? null : "invalid tag key: \"" + text + "\"";
    }

    static @Nullable String labelValue(String text) {
        return QUALIFIED.matcher(text).matches() ? null : "invalid tag value: \"" + text + "\"";
    }

    static @Nullable String header(String text) {
        return HEADER.matcher(text).matches()
                ? null
                : "header name \"" + text + "\" is not a valid header name: letters, digits, '-' and '_'";
    }

    /** Pseudo-headers may be changed as well. */
    static @Nullable String changedHeader(String text) {
        return text.equals(":authority") ? null : header(text);
    }

    static @Nullable String subnet(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!isAddress(address)) {
            return "\"" + text + "\" is not a valid IP address or CIDR block: write it like 10.0.0.0/8";
        }
        String bits = text.substring(slash + 1);
        boolean good = slash < 0
                || (BITS.matcher(bits).matches() && Integer.parseInt(bits) <= (address.contains(":") ? 128 : 32));
        return good ? null : "invalid CIDR block: " + text;
    }

    /** Java takes more than addresses in full. */
    static boolean isAddress(String text) {
        if (!OCTETS.matcher(text).matches() && !text.contains(":")) {
            return false;
        }
        try {
            return InetAddress.ofLiteral(text) != null && !text.contains("%");
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
