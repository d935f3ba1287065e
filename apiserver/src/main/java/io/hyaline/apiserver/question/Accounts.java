package io.hyaline.apiserver.question;

import io.hyaline.apiserver.auth.Authenticator;
import io.hyaline.apiserver.auth.Tokens;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.verb.Call;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** Tokens of service accounts: made on request, and reviewed. */
public final class Accounts {
    private static final long SHORTEST = 600;
    private static final long LONGEST = 365L * 24 * 3600;

    private final Store store;
    private final Tokens tokens;
    private final Authenticator authenticator;
    private final InstantSource clock;

    public Accounts(Store store, Tokens tokens, Authenticator authenticator, InstantSource clock) {
        this.store = store;
        this.tokens = tokens;
        this.authenticator = authenticator;
        this.clock = clock;
    }

    /** Answers a TokenRequest for the account that the path names. */
    ObjectNode issue(Call call, ObjectNode request) {
        Key key = new Key(
                "serviceaccounts", call.target().namespace(), call.target().name());
        Stored account = store.get(key);
        if (account == null) {
            throw ApiException.notFound("serviceaccounts", "", key.name());
        }
        ObjectNode spec = Json.child(request, "spec");
        List<String> audiences = Json.strings(spec, "audiences");
        if (audiences.isEmpty()) {
            audiences = List.of(Tokens.ISSUER);
            spec.set("audiences", Json.array(audiences));
        }
        long seconds = Json.number(spec, 3600, "expirationSeconds");
        if (seconds < SHORTEST) {
            throw ApiException.invalid(
                    "TokenRequest",
                    "authentication.k8s.io",
                    "",
                    List.of(FieldError.invalid(
                            "spec.expirationSeconds",
                            Json.number(seconds),
                            "may not specify a duration less than 10 minutes")));
        }
        seconds = Math.min(seconds, LONGEST);
        spec.set("expirationSeconds", Json.number(seconds));
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        ObjectNode claims = Json.object();
        claims.set("aud", Json.array(audiences));
        claims.put("exp", now.getEpochSecond() + seconds)
                .put("iat", now.getEpochSecond())
                .put("nbf", now.getEpochSecond())
                .put("iss", Tokens.ISSUER)
                .put("jti", UUID.randomUUID().toString())
                .put("sub", "system:serviceaccount:" + key.namespace() + ":" + key.name());
        ObjectNode own = claims.putObject("kubernetes.io").put("namespace", key.namespace());
        own.set("serviceaccount", reference(account));
        bind(own, spec, key.namespace());
        Json.child(request, "metadata").put("name", key.name()).put("namespace", key.namespace());
        request.putObject("status")
                .put("token", tokens.sign(claims))
                .put("expirationTimestamp", DateTimeFormatter.ISO_INSTANT.format(now.plusSeconds(seconds)));
        return request;
    }

    /** Ties the token to an object, with which it dies. */
    private void bind(ObjectNode claims, ObjectNode spec, String namespace) {
        ObjectNode bound = spec.get("boundObjectRef") instanceof ObjectNode reference ? reference : Json.object();
        String kind = Json.string(bound, "kind");
        if (kind.isEmpty()) {
            return;
        }
        String storage = switch (kind) {
            case "Pod" -> "pods";
            case "Secret" -> "secrets";
            case "Node" -> "nodes";
            default -> throw ApiException.badRequest("cannot bind token to object of type " + kind);
        };
        String name = Json.string(bound, "name");
        Stored object = store.get(new Key(storage, kind.equals("Node") ? "" : namespace, name));
        if (object == null) {
            throw ApiException.notFound(storage, "", name);
        }
        String uid = Json.string(bound, "uid");
        if (!uid.isEmpty() && !uid.equals(Json.string(object.object(), "metadata", "uid"))) {
            throw ApiException.conflict(
                    storage,
                    "",
                    name,
                    "the UID in the bound object reference (" + uid + ") does not match the UID in record");
        }
        claims.set(storage.substring(0, storage.length() - 1), reference(object));
    }

    private static ObjectNode reference(Stored stored) {
        return Json.object()
                .put("name", stored.key().name())
                .put("uid", Json.string(stored.object(), "metadata", "uid"));
    }

    /** Answers a TokenReview. */
    ObjectNode review(ObjectNode review) {
        List<String> wanted = Json.strings(review, "spec", "audiences");
        List<String> audiences = wanted.isEmpty() ? List.of(Tokens.ISSUER) : wanted;
        ObjectNode status = review.putObject("status");
        Authenticator.Verified verified = authenticator.verify(Json.string(review, "spec", "token"));
        List<String> common = verified == null
                ? List.of()
                : audiences.stream().filter(verified.audiences()::contains).toList();
        if (verified == null || common.isEmpty()) {
            status.put("authenticated", false)
                    .put(
                            "error",
                            verified == null
                                    ? "[invalid bearer token, token is unknown, expired or its account is gone]"
                                    : "token audiences " + verified.audiences()
                                            + " is invalid for the target audiences " + audiences);
            status.putObject("user");
            return review;
        }
        status.put("authenticated", true).set("user", verified.user().json());
        status.set("audiences", Json.array(common));
        return review;
    }
}
