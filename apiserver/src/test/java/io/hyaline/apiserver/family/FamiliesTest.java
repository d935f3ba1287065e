package io.hyaline.apiserver.family;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.family.Families.Decision;
import io.hyaline.apiserver.json.Yaml;
import io.hyaline.apiserver.status.FieldError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expectations are kube-apiserver's: what its alloc.go and validation.go make of the same specs. */
final class FamiliesTest {
    private static final String SELECTS = "selector: {app: a}";

    /** The cluster's families, what a new Service's spec has beside a selector, what comes of it. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "IPv4,IPv6 | ~~ | [IPv4] SingleStack [] new 0",
                "IPv6,IPv4 | ~~ | [IPv6] SingleStack [] new 0",
                "IPv4 | ipFamilyPolicy: PreferDualStack | [IPv4] PreferDualStack [] new 0",
                "IPv4,IPv6 | ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [] new 0",
                "IPv6,IPv4 | ipFamilyPolicy: RequireDualStack | [IPv6, IPv4] RequireDualStack [] new 0",
                "IPv4,IPv6 | ipFamilies: [IPv6] | [IPv6] SingleStack [] new 0",
                "IPv4,IPv6 | ipFamilies: [IPv6], ipFamilyPolicy: PreferDualStack | [IPv6, IPv4] PreferDualStack [] new 0",
                "IPv4,IPv6 | ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack | [IPv6, IPv4] RequireDualStack [] new 0",
                "IPv4,IPv6 | clusterIP: 'fd00::5' | [IPv6] SingleStack [fd00::5] new 0",
                "IPv4,IPv6 | clusterIP: 'fd00::5', ipFamilyPolicy: PreferDualStack | [IPv6, IPv4] PreferDualStack [fd00::5] new 0",
                "IPv4,IPv6 | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'], ipFamilyPolicy: RequireDualStack | [IPv4, IPv6] RequireDualStack [10.0.0.5, fd00::5] new 0",
                "IPv4,IPv6 | clusterIP: None | [IPv4] SingleStack [None] new 1",
                "IPv4,IPv6 | clusterIP: None, ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [None] new 2",
                "IPv4 | clusterIP: None, ipFamilyPolicy: RequireDualStack | spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services",
                "IPv4 | ipFamilyPolicy: RequireDualStack | spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services",
                "IPv4 | ipFamilies: [IPv6] | spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster",
                "IPv4 | ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack | spec.ipFamilies[1]: Invalid value: \"IPv6\": not configured on this cluster",
                "IPv4 | ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack | spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services; spec.ipFamilies[1]: Invalid value: \"IPv6\": not configured on this cluster",
                "IPv4 | clusterIP: 'fd00::5' | spec.clusterIPs[0]: Invalid value: []string{\"fd00::5\"}: IPv6 is not configured on this cluster",
                "IPv4,IPv6 | ipFamilies: [IPv4, IPv6] | spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
                "IPv4,IPv6 | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'] | spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
                "IPv4,IPv6 | clusterIPs: [10.0.0.5] | spec.clusterIPs: Invalid value: []string{\"10.0.0.5\"}: must be empty when `clusterIP` is not specified",
                "IPv4,IPv6 | clusterIP: 10.0.0.6, clusterIPs: [10.0.0.5] | spec.clusterIPs: Invalid value: []string{\"10.0.0.5\"}: first value must match `clusterIP`",
                "IPv4,IPv6 | clusterIP: banana | spec.clusterIPs[0]: Invalid value: \"banana\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "IPv4,IPv6 | clusterIP: None, clusterIPs: [None, 'fd00::5'] | spec.clusterIPs: Invalid value: []string{\"None\", \"fd00::5\"}: 'None' must be the first and only value",
                "IPv4,IPv6 | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5', 'fd00::6'] | spec.clusterIPs: Invalid value: []string{\"10.0.0.5\", \"fd00::5\", \"fd00::6\"}: may only hold up to 2 values",
                "IPv4,IPv6 | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 10.0.0.6] | spec.clusterIPs: Invalid value: []string{\"10.0.0.5\", \"10.0.0.6\"}: may specify no more than one IP for each IP family",
                "IPv4,IPv6 | clusterIP: 10.0.0.5, ipFamilies: [IPv6] | spec.clusterIPs[0]: Invalid value: \"10.0.0.5\": expected an IPv6 value as indicated by `ipFamilies[0]`",
                "IPv4,IPv6 | clusterIP: 'fd00::5', ipFamilies: [IPv4] | spec.clusterIPs[0]: Invalid value: \"fd00::5\": expected an IPv4 value as indicated by `ipFamilies[0]`",
                "IPv4,IPv6 | ipFamilies: [IPv4, IPv4] | spec.ipFamilies[1]: Duplicate value: \"IPv4\"",
                "IPv4,IPv6 | ipFamilies: [IPv5] | spec.ipFamilies[0]: Unsupported value: \"IPv5\": supported values: \"IPv4\", \"IPv6\"",
                "IPv4,IPv6 | ipFamilyPolicy: Both | spec.ipFamilyPolicy: Unsupported value: \"Both\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\"",
                "IPv4,IPv6 | type: ExternalName | [] [] new 0",
            })
    void newServicesGetFamilies(String cluster, String spec, String expected) {
        assertThat(decide(cluster, null, spec + (spec.isEmpty() ? "" : ", ") + SELECTS))
                .isEqualTo(expected);
    }

    /** Headless Services without a selector, whose endpoints are somebody else's. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "IPv4 | clusterIP: None | [IPv4, IPv6] RequireDualStack [None] new 2",
                "IPv6 | clusterIP: None | [IPv6, IPv4] RequireDualStack [None] new 2",
                "IPv4,IPv6 | clusterIP: None | [IPv4, IPv6] RequireDualStack [None] new 2",
                "IPv4 | clusterIP: None, ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [None] new 2",
                "IPv4 | clusterIP: None, ipFamilyPolicy: SingleStack | [IPv4] SingleStack [None] new 1",
                "IPv4 | clusterIP: None, ipFamilies: [IPv6] | [IPv6, IPv4] RequireDualStack [None] new 2",
                "IPv4 | clusterIP: None, ipFamilies: [IPv6], ipFamilyPolicy: SingleStack | [IPv6] SingleStack [None] new 1",
                "IPv4 | {} | [IPv4] SingleStack [] new 0",
            })
    void headlessServicesWithoutSelectorHaveBothFamilies(String cluster, String spec, String expected) {
        assertThat(decide(cluster, null, spec.replace("{}", ""))).isEqualTo(expected);
    }

    private static final String SINGLE =
            "clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack";
    private static final String DUAL =
            "clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'], ipFamilies: [IPv4, IPv6],"
                    + " ipFamilyPolicy: RequireDualStack";
    private static final String PREFERRED =
            "clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack";
    private static final String NAMED = "type: ExternalName";
    private static final String HEADLESS =
            "clusterIP: None, clusterIPs: [None], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack";

    /** What a stored Service has, the whole of what it shall have, what comes of it in a cluster with both families. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SINGLE | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [10.0.0.5] new 1",
                "SINGLE | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: RequireDualStack | [IPv4, IPv6] RequireDualStack [10.0.0.5] new 1",
                "SINGLE | ipFamilyPolicy: RequireDualStack | [IPv4, IPv6] RequireDualStack [10.0.0.5] new 1",
                "SINGLE | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::7'], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [10.0.0.5, fd00::7] new 1",
                "SINGLE | ~~ | [IPv4] SingleStack [10.0.0.5] new 1",
                "SINGLE | clusterIP: 10.0.0.6, clusterIPs: [10.0.0.5] | [IPv4] SingleStack [10.0.0.6] new 1",
                "SINGLE | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv6] | spec.clusterIPs[0]: Invalid value: \"10.0.0.5\": expected an IPv6 value as indicated by `ipFamilies[0]`",
                "SINGLE | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::7'], ipFamilies: [IPv4] | spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
                "DUAL | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: SingleStack | [IPv4] SingleStack [10.0.0.5] new 1",
                "DUAL | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: SingleStack | [IPv4] SingleStack [10.0.0.5] new 1",
                "DUAL | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [10.0.0.5, fd00::5] new 2",
                "DUAL | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack | spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary cluster IP",
                "DUAL | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'], ipFamilies: [IPv4], ipFamilyPolicy: RequireDualStack | spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": must be 'SingleStack' to release the secondary IP family",
                "DUAL | ~~ | [IPv4, IPv6] RequireDualStack [10.0.0.5, fd00::5] new 2",
                "PREFERRED | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack | [IPv4] PreferDualStack [10.0.0.5] new 1",
                "PREFERRED | ~~ | [IPv4, IPv6] PreferDualStack [10.0.0.5] new 1",
                "PREFERRED | clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [10.0.0.5] new 1",
                "NAMED | ~~ | [IPv4] SingleStack [] new 0",
                "NAMED | clusterIP: 10.0.0.9, ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [10.0.0.9] new 0",
                "HEADLESS | clusterIP: None, clusterIPs: [None], ipFamilies: [IPv4], ipFamilyPolicy: PreferDualStack | [IPv4, IPv6] PreferDualStack [None] new 2",
                "DUAL | type: ExternalName, clusterIP: 10.0.0.5, clusterIPs: [10.0.0.5, 'fd00::5'] | [] [10.0.0.5, fd00::5] new 0",
                "DUAL | type: ExternalName, clusterIPs: [10.0.0.5, 'fd00::5'] | [] [] new 0",
            })
    void changesKeepThePrimary(String before, String spec, String expected) {
        String old = switch (before) {
            case "SINGLE" -> SINGLE;
            case "DUAL" -> DUAL;
            case "PREFERRED" -> PREFERRED;
            case "NAMED" -> NAMED;
            default -> HEADLESS;
        };
        assertThat(decide("IPv4,IPv6", old + ", " + SELECTS, spec + (spec.isEmpty() ? "" : ", ") + SELECTS))
                .isEqualTo(expected);
    }

    /** What a Service has, what it shall have, what is said of the difference. */
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "clusterIPs: [10.0.0.5] | clusterIPs: [10.0.0.6] | spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.6\"}: may not change once set",
                "clusterIPs: [10.0.0.5] | clusterIPs: [None] | spec.clusterIPs[0]: Invalid value: []string{\"None\"}: may not change once set",
                "clusterIPs: [None] | clusterIPs: [10.0.0.5] | spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.5\"}: may not change once set",
                "clusterIPs: [10.0.0.5, 'fd00::5'] | clusterIPs: [10.0.0.5, 'fd00::6'] | spec.clusterIPs[1]: Invalid value: []string{\"10.0.0.5\", \"fd00::6\"}: may not change once set",
                "clusterIPs: [10.0.0.5] | clusterIPs: [10.0.0.6, 'fd00::6'] | spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.6\", \"fd00::6\"}: may not change once set",
                "clusterIPs: [10.0.0.5] | clusterIPs: [10.0.0.5, 'fd00::6'] | ~~",
                "clusterIPs: [10.0.0.5, 'fd00::5'] | clusterIPs: [10.0.0.5], ipFamilyPolicy: SingleStack | ~~",
                "clusterIPs: [10.0.0.5, 'fd00::5'] | clusterIPs: [10.0.0.5] | spec.ipFamilyPolicy: Invalid value: \"\": must be set to 'SingleStack' when releasing the secondary clusterIP",
                "clusterIPs: [10.0.0.5] | {} | spec.clusterIPs[0]: Invalid value: []string(nil): primary clusterIP can not be unset",
                "clusterIPs: [None], ipFamilies: [IPv4] | clusterIPs: [None], ipFamilies: [IPv6] | ~~",
                "clusterIPs: [10.0.0.5], ipFamilies: [IPv4] | clusterIPs: [10.0.0.5], ipFamilies: [IPv6] | spec.ipFamilies[0]: Invalid value: []core.IPFamily{\"IPv6\"}: may not change once set",
                "clusterIPs: [10.0.0.5], ipFamilies: [IPv4] | clusterIPs: [10.0.0.5], ipFamilies: [IPv6, IPv4] | spec.ipFamilies[0]: Invalid value: []string{\"10.0.0.5\"}: may not change once set",
                "clusterIPs: [10.0.0.5], ipFamilies: [IPv4] | type: ExternalName | ~~",
            })
    void whatMayNotChangeIsNamed(String before, String after, String expected) {
        assertThat(print(FamilyChanges.check(addressing(after), addressing(before))))
                .isEqualTo(expected);
    }

    private static String decide(String cluster, String before, String after) {
        List<Family> configured = Stream.of(cluster.split(","))
                .map(name -> name.equals("IPv4") ? Family.IPV4 : Family.IPV6)
                .toList();
        return switch (Families.decide(addressing(after), before == null ? null : addressing(before), configured)) {
            case Decision.Refused(List<FieldError> errors) -> print(errors);
            case Decision.Settled(Addressing settled, int firstNew) ->
                Stream.of(
                                settled.families().toString(),
                                settled.policy(),
                                settled.all().toString(),
                                "new " + firstNew)
                        .filter(text -> !text.isEmpty())
                        .collect(Collectors.joining(" "));
        };
    }

    private static String print(List<FieldError> errors) {
        return errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
    }

    private static Addressing addressing(String spec) {
        String text = spec.equals("{}") ? "" : spec;
        String typed = text.contains("type: ") ? text : "type: ClusterIP" + (text.isEmpty() ? "" : ", ") + text;
        return Addressing.of(
                Yaml.read(("{" + typed + "}").getBytes(StandardCharsets.UTF_8)).node());
    }
}
