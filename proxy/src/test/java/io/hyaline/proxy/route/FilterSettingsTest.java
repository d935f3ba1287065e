package io.hyaline.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.route.FaultPlan.Abort;
import io.hyaline.proxy.route.FaultPlan.Answer;
import io.hyaline.proxy.route.FilterSettings.Setting;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterSettingsTest {

    private static FaultPlan fault(int status) {
        FaultPlan.Only all = new FaultPlan.Only("", Set.of(), List.of());
        return new FaultPlan(null, new Abort(new Answer.Http(status), Fraction.ALL), all, Long.MAX_VALUE);
    }

    private static CorsPlan cors(String origin, String methods, String maxAge, Boolean credentials) {
        List<TextMatch> origins = origin.isEmpty() ? List.of() : List.of(new TextMatch.Exact(origin, false));
        return new CorsPlan(origins, methods, "", "", maxAge, credentials, null, null, Fraction.ALL, Fraction.NONE);
    }

    private static FilterSettings of(String filter, Setting setting) {
        return new FilterSettings(Map.of(filter, setting));
    }

    @Test
    void theMostSpecificFaultCounts() {
        FilterSettings wider = of("fault", new Setting(true, fault(500), null, ""));
        FilterSettings own = of("fault", new Setting(true, fault(400), null, ""));
        assertThat(own.over(wider)).isEqualTo(own);
        assertThat(FilterSettings.NONE.over(wider)).isEqualTo(wider);
        assertThat(own.over(FilterSettings.NONE)).isEqualTo(own);
    }

    @Test
    void switchingOnLeavesTheWiderFault() {
        FilterSettings wider = of("fault", new Setting(false, fault(500), null, ""));
        Setting merged =
                Objects.requireNonNull(of("fault", Setting.of(true)).over(wider).of("fault"));
        assertThat(merged).isEqualTo(new Setting(true, fault(500), null, ""));
    }

    @Test
    void filtersThatOneLevelNamesAreKept() {
        FilterSettings wider = of("cors", new Setting(true, null, cors("a", "GET", "", null), ""));
        FilterSettings own = of("fault", Setting.of(false));
        assertThat(own.over(wider).byFilter()).containsOnlyKeys("cors", "fault");
    }

    @Test
    void policiesAreCompletedFieldByField() {
        FilterSettings wider = of("cors", new Setting(true, null, cors("a", "GET", "60", true), ""));
        FilterSettings own = of("cors", new Setting(true, null, cors("b", "", "5", null), ""));
        Setting merged = Objects.requireNonNull(own.over(wider).of("cors"));
        assertThat(merged.cors()).isEqualTo(cors("b", "GET", "5", true));
    }
}
