package io.hyaline.pilot.auth;

import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the Kubernetes API. */
public final class TokenReviews implements TokenCheck {
    private static final Logger LOG = LoggerFactory.getLogger(TokenReviews.class);
    private static final String AUDIENCE = "istio-ca";

    private final KubernetesClient client;

    public TokenReviews(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public @Nullable Caller callerOf(String token) {
        TokenReview review = client.resource(new TokenReviewBuilder()
                        .withNewSpec()
                        .withToken(token)
                        .withAudiences(List.of(AUDIENCE))
                        .endSpec()
                        .build())
                .create();
        TokenReviewStatus status = review.getStatus();
        if (status == null || !Boolean.TRUE.equals(status.getAuthenticated())) {
            LOG.info("token refused: {}", status == null ? "no answer" : status.getError());
            return null;
        }
        if (status.getAudiences() == null || !status.getAudiences().contains(AUDIENCE)) {
            LOG.info("token refused: not for audience {}", AUDIENCE);
            return null;
        }
        return Caller.ofUser(status.getUser().getUsername());
    }
}
