package io.hyaline.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.CorsPlan;
import io.hyaline.proxy.route.Fraction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorsTest {

    private static CorsPlan plan(List<TextMatch> origins, String methods, Boolean forwardsForeign) {
        return new CorsPlan(
                origins, methods, "*", "x-seen", "60", true, null, forwardsForeign, Fraction.ALL, Fraction.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, https://a.example, true",
        "https://a.example, https://b.example, false",
        "https://a.example, HTTPS://A.EXAMPLE, false",
        "*, https://b.example, true",
    })
    void allowsOrigins(String configured, String origin, boolean expected) {
        CorsPlan plan = plan(List.of(new TextMatch.Exact(configured, false)), "", null);
        assertThat(Cors.allows(plan, origin)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, false", "true, false", "false, true"})
    void foreignPreflightsGoOnUnlessTheyAreToBeAnswered(Boolean forwards, boolean answered) {
        CorsPlan plan = plan(List.of(), "", forwards);
        assertThat(Cors.answers(plan, false)).isEqualTo(answered);
        assertThat(Cors.answers(plan, true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"OPTIONS, PUT, true", "OPTIONS, '', false", "OPTIONS, none, false", "GET, PUT, false"})
    void knowsPreflights(String method, String asked, boolean expected) {
        Head head = new Head();
        head.method(method);
        if (asked != null) {
            head.add(HeaderName.of("access-control-request-method"), asked);
        }
        assertThat(Cors.isPreflight(head)).isEqualTo(expected);
    }

    @Test
    void aStarIsWhatWasAskedFor() {
        Head request = new Head();
        request.add(HeaderName.of("access-control-request-method"), "PATCH");
        request.add(HeaderName.of("access-control-request-headers"), "x-one");
        Head answer = new Head();
        Cors.answer(plan(List.of(), "*", null), request, answer);
        assertThat(answer.value(HeaderName.of("access-control-allow-methods"))).isEqualTo("PATCH");
        assertThat(answer.value(HeaderName.of("access-control-allow-headers"))).isEqualTo("x-one");
        assertThat(answer.value(HeaderName.of("access-control-max-age"))).isEqualTo("60");
    }
}
