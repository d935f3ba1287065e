package io.hyaline.objects.istio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code security.istio.io} RequestAuthentication. */
public record RequestAuthenticationSpec(
        @Nullable LabelSelector selector,
        @Nullable PolicyTarget targetRef,
        List<PolicyTarget> targetRefs,
        List<JwtRule> jwtRules) {

    public record JwtRule(
            @Required String issuer,
            List<String> audiences,
            String jwksUri,
            String jwks,
            List<JwtHeader> fromHeaders,
            List<String> fromParams,
            List<String> fromCookies,
            String outputPayloadToHeader,
            boolean forwardOriginalToken,
            List<ClaimHeader> outputClaimToHeaders,
            String timeout,
            List<String> spaceDelimitedClaims) {}

    public record JwtHeader(@Required String name, String prefix) {}

    public record ClaimHeader(
            @Required String header, @Required String claim) {}
}
