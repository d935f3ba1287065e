package io.hyaline.pilot.auth;

import io.grpc.Context;
import org.jspecify.annotations.Nullable;

/** A service account that has proven itself. */
public record Caller(String namespace, String serviceAccount) {
    static final Context.Key<@Nullable Caller> KEY = Context.key("caller");

    private static final String USER_PREFIX = "system:serviceaccount:";

    /** The caller of the gRPC call at hand; null on the port that asks for no proof. */
    public static @Nullable Caller current() {
        return KEY.get();
    }

    public String spiffeId(String trustDomain) {
        return "spiffe://" + trustDomain + "/ns/" + namespace + "/sa/" + serviceAccount;
    }

    /** From a Kubernetes user name, or null if it is no service account's. */
    static @Nullable Caller ofUser(String user) {
        String[] parts = user.startsWith(USER_PREFIX)
                ? user.substring(USER_PREFIX.length()).split(":", -1)
                : new String[0];
        return parts.length == 2 && !parts[0].isEmpty() && !parts[1].isEmpty() ? new Caller(parts[0], parts[1]) : null;
    }

    /** From {@code spiffe://domain/ns/namespace/sa/account}, or null if it is not of that form. */
    static @Nullable Caller ofSpiffe(String uri) {
        if (!uri.startsWith("spiffe://")) {
            return null;
        }
        String[] parts = uri.substring("spiffe://".length()).split("/", -1);
        boolean account = parts.length == 5 && parts[1].equals("ns") && parts[3].equals("sa");
        return account && !parts[2].isEmpty() && !parts[4].isEmpty() ? new Caller(parts[2], parts[4]) : null;
    }
}
