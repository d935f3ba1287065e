package io.hyaline.identity;

/**
 * A workload's name: {@code spiffe://trust-domain/path}.
 *
 * @param path empty, or begins with a slash
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md">SPIFFE-ID</a>
 */
public record SpiffeId(String trustDomain, String path) {

    private static final String SCHEME = "spiffe://";
    private static final int URI_LIMIT = 2048;
    private static final int TRUST_DOMAIN_LIMIT = 255;

    public SpiffeId {
        checkTrustDomain(trustDomain);
        if (!path.isEmpty()) {
            checkPath(path);
        }
        if (SCHEME.length() + trustDomain.length() + path.length() > URI_LIMIT) {
            throw new IllegalArgumentException("SPIFFE id longer than " + URI_LIMIT + " bytes: "
                    + (SCHEME + trustDomain + path).substring(0, 64) + "...");
        }
    }

    /** Reads {@code spiffe://...}; refuses what the standard refuses (port, user, query, empty segments, case). */
    public static SpiffeId parse(String uri) {
        if (!uri.startsWith(SCHEME)) {
            throw new IllegalArgumentException("not a SPIFFE id (expected spiffe://...): " + shown(uri));
        }
        int slash = uri.indexOf('/', SCHEME.length());
        return slash < 0
                ? new SpiffeId(uri.substring(SCHEME.length()), "")
                : new SpiffeId(uri.substring(SCHEME.length(), slash), uri.substring(slash));
    }

    /** The name Istio gives to a Kubernetes service account. */
    public static SpiffeId ofServiceAccount(String trustDomain, String namespace, String serviceAccount) {
        return new SpiffeId(trustDomain, "/ns/" + namespace + "/sa/" + serviceAccount);
    }

    private static void checkTrustDomain(String trustDomain) {
        if (trustDomain.isEmpty() || trustDomain.length() > TRUST_DOMAIN_LIMIT) {
            throw new IllegalArgumentException(
                    "trust domain must have 1 to " + TRUST_DOMAIN_LIMIT + " characters: " + shown(trustDomain));
        }
        for (int i = 0; i < trustDomain.length(); i++) {
            char c = trustDomain.charAt(i);
            if (!isLowerOrDigit(c) && c != '.' && c != '-' && c != '_') {
                throw new IllegalArgumentException(
                        "trust domain may hold a-z, 0-9, '.', '-', '_', not '" + c + "': " + shown(trustDomain));
            }
        }
    }

    private static void checkPath(String path) {
        if (path.charAt(0) != '/') {
            throw new IllegalArgumentException("path must begin with '/': " + shown(path));
        }
        for (String segment : path.substring(1).split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException("path has an empty or relative segment: " + shown(path));
            }
            for (int i = 0; i < segment.length(); i++) {
                char c = segment.charAt(i);
                if (!isLowerOrDigit(c) && !(c >= 'A' && c <= 'Z') && c != '.' && c != '-' && c != '_') {
                    throw new IllegalArgumentException(
                            "path may hold letters, digits, '.', '-', '_', not '" + c + "': " + shown(path));
                }
            }
        }
    }

    private static boolean isLowerOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }

    private static String shown(String text) {
        return text.length() <= 128 ? text : text.substring(0, 128) + "...";
    }

    @Override
    public String toString() {
        return SCHEME + trustDomain + path;
    }
}
