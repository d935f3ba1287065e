package io.hyaline.apiserver.resource;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The order of version names: v10, v2, v1, v1beta2, v1beta1, v1alpha1, then all others by name. */
final class VersionOrder {
    private static final Pattern FORM = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?");

    static final Comparator<String> NEWEST_FIRST =
            Comparator.comparing(VersionOrder::rank).reversed();

    private VersionOrder() {}

    private static String rank(String version) {
        Matcher matcher = FORM.matcher(version);
        if (!matcher.matches()) {
            return "";
        }
        int stability = matcher.group(2) == null ? 3 : matcher.group(2).equals("beta") ? 2 : 1;
        int minor = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return String.format("%d%09d%09d", stability, Integer.parseInt(matcher.group(1)), minor);
    }
}
