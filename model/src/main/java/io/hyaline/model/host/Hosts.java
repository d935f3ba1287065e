package io.hyaline.model.host;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Istio's rules for host names: {@code *} is any, {@code *.example.com} whatever ends in {@code .example.com}. */
public final class Hosts {
    /** The later one says more closely which host is meant: a name more than a wildcard, a longer one more than a shorter. */
    public static final Comparator<String> CLOSENESS =
            Comparator.comparing((String host) -> !isWildcard(host)).thenComparingInt(String::length);

    private Hosts() {}

    public static boolean isWildcard(String host) {
        return host.startsWith("*");
    }

    /** Whether every name that {@code host} stands for is one that {@code other} stands for. */
    public static boolean isWithin(String host, String other) {
        if (isWildcard(other)) {
            String suffix = other.substring(1);
            return isWildcard(host)
                    ? host.length() >= other.length() && host.substring(1).endsWith(suffix)
                    : host.endsWith(suffix);
        }
        return host.equals(other);
    }

    /** Whether some name is one that both stand for. */
    public static boolean overlap(String one, String other) {
        return isWithin(one, other) || isWithin(other, one);
    }

    /** The more specific of each two that overlap, in the order of {@code hosts}. */
    public static List<String> intersection(Collection<String> hosts, Collection<String> others) {
        Set<String> both = new LinkedHashSet<>();
        for (String host : hosts) {
            for (String other : others) {
                if (isWithin(host, other)) {
                    both.add(host);
                } else if (isWithin(other, host)) {
                    both.add(other);
                }
            }
        }
        return List.copyOf(both);
    }

    /** A name without a dot is a Service's of {@code namespace}; everything else stays as it is. */
    public static String qualified(String host, String namespace, String clusterDomain) {
        boolean isShort = !host.isEmpty() && !host.contains(".") && !host.contains(":") && !host.equals("*");
        return isShort ? host + "." + namespace + ".svc." + clusterDomain : host;
    }
}
