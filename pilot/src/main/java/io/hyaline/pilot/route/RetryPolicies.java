package io.hyaline.pilot.route;

import com.google.protobuf.Any;
import io.envoyproxy.envoy.config.route.v3.RetryPolicy;
import io.envoyproxy.envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate;
import io.hyaline.model.route.HttpRoute;
import io.hyaline.pilot.wire.Protos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How requests are tried again. */
public final class RetryPolicies {
    private static final String RETRY_ON = "connect-failure,refused-stream,unavailable,cancelled,reset-before-request";
    private static final String STATUS_CODES = "retriable-status-codes";
    private static final int OTHER_HOST_TRIES = 5;

    private RetryPolicies() {}

    /** What holds when nobody says anything. */
    public static RetryPolicy standard() {
        return elsewhere(RetryPolicy.newBuilder().setRetryOn(RETRY_ON).setNumRetries(Protos.uint32(2)))
                .build();
    }

    /** Null for no retries at all. */
    static @Nullable RetryPolicy of(HttpRoute.@Nullable Retries retries) {
        if (retries == null) {
            return standard();
        }
        if (retries.attempts() <= 0) {
            return null;
        }
        RetryPolicy.Builder policy = RetryPolicy.newBuilder().setNumRetries(Protos.uint32(retries.attempts()));
        if (retries.on().isEmpty()) {
            policy.setRetryOn(RETRY_ON);
        } else {
            conditions(retries.on(), policy);
        }
        if (!Boolean.FALSE.equals(retries.otherHosts())) {
            elsewhere(policy);
        }
        if (retries.perTry() != null) {
            policy.setPerTryTimeout(Protos.duration(retries.perTry()));
        }
        if (retries.backOff() != null) {
            policy.setRetryBackOff(
                    RetryPolicy.RetryBackOff.newBuilder().setBaseInterval(Protos.duration(retries.backOff())));
        }
        return policy.build();
    }

    /** Status codes stand among Envoy's words, and go to a list of their own. */
    private static void conditions(String text, RetryPolicy.Builder policy) {
        List<String> words = new ArrayList<>();
        for (String part : text.split(",")) {
            String word = part.strip();
            if (word.matches("[1-5][0-9][0-9]")) {
                policy.addRetriableStatusCodes(Integer.parseInt(word));
            } else if (!word.isEmpty()) {
                words.add(word);
            }
        }
        if (policy.getRetriableStatusCodesCount() > 0 && !words.contains(STATUS_CODES)) {
            words.add(STATUS_CODES);
        }
        policy.setRetryOn(String.join(",", words));
    }

    private static RetryPolicy.Builder elsewhere(RetryPolicy.Builder policy) {
        return policy.setHostSelectionRetryMaxAttempts(OTHER_HOST_TRIES)
                .addRetryHostPredicate(RetryPolicy.RetryHostPredicate.newBuilder()
                        .setName("envoy.retry_host_predicates.previous_hosts")
                        .setTypedConfig(Any.pack(PreviousHostsPredicate.getDefaultInstance())));
    }
}
