package io.hyaline.apiserver.auth;

import io.hyaline.apiserver.http.Request;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Finds out who is calling: a client certificate of our authority, or a token that we signed. */
public final class Authenticator {
    private static final String BEARER = "Bearer ";

    private final Tokens tokens;
    private final Store store;

    /** A valid token: whose it is and for which audiences. */
    public record Verified(User user, List<String> audiences) {}

    public Authenticator(Tokens tokens, Store store) {
        this.tokens = tokens;
        this.store = store;
    }

    /** The caller; anonymous without credentials, 401 with wrong ones. */
    public User authenticate(Request request) {
        String authorization = request.header("authorization");
        if (authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            Verified verified = verify(authorization.substring(BEARER.length()).strip());
            if (verified == null || !verified.audiences().contains(Tokens.ISSUER)) {
                throw ApiException.unauthorized();
            }
            return verified.user();
        }
        if (!request.certificates().isEmpty()) {
            return of(request.certificates().getFirst());
        }
        if (!authorization.isEmpty()) {
            throw ApiException.unauthorized();
        }
        return User.ANONYMOUS;
    }

    /** Whose token this is, as long as the account (and the pod it is bound to) exists; null otherwise. */
    public @Nullable Verified verify(String token) {
        ObjectNode claims = tokens.verify(token);
        if (claims == null) {
            return null;
        }
        String namespace = Json.string(claims, "kubernetes.io", "namespace");
        String account = Json.string(claims, "kubernetes.io", "serviceaccount", "name");
        String uid = Json.string(claims, "kubernetes.io", "serviceaccount", "uid");
        if (!exists(new Key("serviceaccounts", namespace, account), uid)) {
            return null;
        }
        Map<String, List<String>> extra = new LinkedHashMap<>();
        extra.put("authentication.kubernetes.io/credential-id", List.of("JTI=" + Json.string(claims, "jti")));
        for (String bound : List.of("pod", "secret", "node")) {
            String name = Json.string(claims, "kubernetes.io", bound, "name");
            String boundUid = Json.string(claims, "kubernetes.io", bound, "uid");
            if (name.isEmpty()) {
                continue;
            }
            if (!bound.equals("node") && !exists(new Key(bound + "s", namespace, name), boundUid)) {
                return null;
            }
            extra.put("authentication.kubernetes.io/" + bound + "-name", List.of(name));
            extra.put("authentication.kubernetes.io/" + bound + "-uid", List.of(boundUid));
        }
        List<String> groups =
                List.of("system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated");
        User user = new User("system:serviceaccount:" + namespace + ":" + account, uid, groups, extra);
        return new Verified(user, Json.strings(claims, "aud"));
    }

    private boolean exists(Key key, String uid) {
        Stored stored = store.get(key);
        return stored != null && Json.string(stored.object(), "metadata", "uid").equals(uid);
    }

    private static User of(X509Certificate certificate) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        String name = "";
        List<String> groups = new ArrayList<>();
        for (RDN part : subject.getRDNs()) {
            String value = part.getFirst().getValue().toString();
            if (part.getFirst().getType().equals(BCStyle.CN)) {
                name = value;
            } else if (part.getFirst().getType().equals(BCStyle.O)) {
                groups.add(value);
            }
        }
        groups.add("system:authenticated");
        return new User(name, "", List.copyOf(groups), Map.of());
    }
}
