package io.hyaline.model.gateway;

/** A server's {@code [namespace/]host}: VirtualServices of that namespace may serve that host. */
public record HostPattern(String namespace, String host) {
    private static final String ANY = "*";

    /** {@code .} is the Gateway's own namespace. */
    public static HostPattern of(String text, String gatewayNamespace) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new HostPattern(ANY, text);
        }
        String namespace = text.substring(0, slash);
        return new HostPattern(namespace.equals(".") ? gatewayNamespace : namespace, text.substring(slash + 1));
    }

    public boolean admits(String virtualServiceNamespace) {
        return namespace.equals(ANY) || namespace.equals(virtualServiceNamespace);
    }
}
