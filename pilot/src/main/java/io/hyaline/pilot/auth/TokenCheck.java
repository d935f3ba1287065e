package io.hyaline.pilot.auth;

import org.jspecify.annotations.Nullable;

/** Decides whose token it is; the Kubernetes API, or a test. */
@FunctionalInterface
public interface TokenCheck {
    /** Null for a token that is not good, or not for us. */
    @Nullable
    Caller callerOf(String token);
}
