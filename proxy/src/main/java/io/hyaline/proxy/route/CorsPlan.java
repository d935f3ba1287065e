package io.hyaline.proxy.route;

import io.hyaline.proxy.match.TextMatch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's CORS policy; empty texts and nulls say nothing.
 *
 * @param exposed the headers of an answer that a script may read
 * @param forwardsForeign whether a preflight from an origin that is not allowed goes on to the cluster
 * @param enabled for which requests it is enforced
 * @param shadow for which requests it is only counted
 */
public record CorsPlan(
        List<TextMatch> origins,
        String methods,
        String headers,
        String exposed,
        String maxAge,
        @Nullable Boolean credentials,
        @Nullable Boolean privateNetwork,
        @Nullable Boolean forwardsForeign,
        Fraction enabled,
        Fraction shadow) {

    /** This policy, completed by a less specific one. */
    CorsPlan over(CorsPlan wider) {
        return new CorsPlan(
                origins.isEmpty() ? wider.origins : origins,
                either(methods, wider.methods),
                either(headers, wider.headers),
                either(exposed, wider.exposed),
                either(maxAge, wider.maxAge),
                credentials == null ? wider.credentials : credentials,
                privateNetwork == null ? wider.privateNetwork : privateNetwork,
                forwardsForeign == null ? wider.forwardsForeign : forwardsForeign,
                enabled,
                shadow);
    }

    private static String either(String text, String otherwise) {
        return text.isEmpty() ? otherwise : text;
    }
}
