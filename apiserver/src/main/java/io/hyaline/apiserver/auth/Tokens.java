package io.hyaline.apiserver.auth;

import io.hyaline.apiserver.json.Json;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/** Signed tokens of service accounts (JWT, ES256). */
public final class Tokens {
    /** Who issues, and for whom if a request names nobody. */
    public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

    private static final String ALGORITHM = "SHA256withECDSAinP1363Format";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int MAX_LENGTH = 16 << 10;

    private final KeyPair keys;
    private final String keyId;
    private final InstantSource clock;

    private Tokens(KeyPair keys, String keyId, InstantSource clock) {
        this.keys = keys;
        this.keyId = keyId;
        this.clock = clock;
    }

    /** Signs with the key in a directory, which is made when missing. */
    public static Tokens in(Path directory, InstantSource clock) throws IOException, GeneralSecurityException {
        KeyPair keys = Certificates.keyPair(directory.resolve("sa.key"));
        byte[] digest =
                MessageDigest.getInstance("SHA-256").digest(keys.getPublic().getEncoded());
        return new Tokens(keys, BASE64.encodeToString(digest), clock);
    }

    public String sign(ObjectNode claims) {
        ObjectNode header = Json.object().put("alg", "ES256").put("kid", keyId);
        String content = BASE64.encodeToString(Json.bytes(header)) + "." + BASE64.encodeToString(Json.bytes(claims));
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(keys.getPrivate());
            signature.update(content.getBytes(StandardCharsets.US_ASCII));
            return content + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }

    /** The claims of a token that this server signed and that is valid now; null otherwise. */
    public @Nullable ObjectNode verify(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3 || token.length() > MAX_LENGTH) {
            return null;
        }
        try {
            ObjectNode header = Json.parse(Base64.getUrlDecoder().decode(parts[0]));
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initVerify(keys.getPublic());
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (!Json.string(header, "alg").equals("ES256")
                    || !signature.verify(Base64.getUrlDecoder().decode(parts[2]))) {
                return null;
            }
            ObjectNode claims = Json.parse(Base64.getUrlDecoder().decode(parts[1]));
            long now = clock.instant().getEpochSecond();
            boolean valid = Json.string(claims, "iss").equals(ISSUER)
                    && Json.number(claims, 0, "exp") > now
                    && Json.number(claims, 0, "nbf") <= now + 60;
            return valid ? claims : null;
        } catch (GeneralSecurityException | IllegalArgumentException | JacksonException | ClassCastException e) {
            return null; // not one of our tokens
        }
    }

    /** The public key as a JSON web key set. */
    public ObjectNode keySet() {
        ECPublicKey key = (ECPublicKey) keys.getPublic();
        ObjectNode set = Json.object();
        set.putArray("keys")
                .addObject()
                .put("use", "sig")
                .put("kty", "EC")
                .put("kid", keyId)
                .put("crv", "P-256")
                .put("alg", "ES256")
                .put("x", coordinate(key.getW().getAffineX()))
                .put("y", coordinate(key.getW().getAffineY()));
        return set;
    }

    private static String coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        byte[] fixed = new byte[32];
        int length = Math.min(bytes.length, 32);
        System.arraycopy(bytes, bytes.length - length, fixed, 32 - length, length);
        return BASE64.encodeToString(fixed);
    }
}
