package io.hyaline.proxy.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.match.TextMatch;
import io.hyaline.proxy.reply.LocalReply;
import io.hyaline.proxy.route.FaultPlan;
import io.hyaline.proxy.route.FaultPlan.Abort;
import io.hyaline.proxy.route.FaultPlan.Answer;
import io.hyaline.proxy.route.FaultPlan.Delay;
import io.hyaline.proxy.route.FaultPlan.Only;
import io.hyaline.proxy.route.Fraction;
import io.hyaline.proxy.route.RouteMatch.HeaderMatch;
import io.hyaline.proxy.route.RouteMatch.ValueMatch;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

    private static final Only ALL = new Only("", Set.of(), List.of());
    private static final SplittableRandom RANDOM = new SplittableRandom(1);

    /** A head with the fields of {@code "name: value; name: value"}. */
    private static Head head(String fields) {
        Head head = new Head();
        for (String field : fields.isEmpty() ? new String[0] : fields.split("; ")) {
            head.add(HeaderName.of(field.substring(0, field.indexOf(':'))), field.substring(field.indexOf(' ') + 1));
        }
        return head;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "100 | ''                                                                                | 0",
                "100 | x-envoy-fault-delay-request: 30                                                   | 30",
                "100 | x-envoy-fault-delay-request: -1                                                   | 0",
                "100 | x-envoy-fault-delay-request: soon                                                 | 0",
                "100 | x-envoy-fault-delay-request: 99999999999                                          | 86400000",
                "100 | x-envoy-fault-delay-request: 30; x-envoy-fault-delay-request-percentage: 0        | 0",
                "100 | x-envoy-fault-delay-request: 30; x-envoy-fault-delay-request-percentage: 100      | 30",
                "0   | x-envoy-fault-delay-request: 30; x-envoy-fault-delay-request-percentage: 100      | 0",
            })
    void waitsAsLongAsTheCallerAsks(int percent, String fields, long millis) {
        FaultPlan plan = new FaultPlan(new Delay(null, new Fraction(percent, 100)), null, ALL, Long.MAX_VALUE);
        assertThat(Faults.delayMillis(plan, head(fields), RANDOM)).isEqualTo(millis);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "100, 70"})
    void waitsAsLongAsConfigured(int percent, long millis) {
        Delay delay = new Delay(Duration.ofMillis(70), new Fraction(percent, 100));
        FaultPlan plan = new FaultPlan(delay, null, ALL, Long.MAX_VALUE);
        Head head = head("x-envoy-fault-delay-request: 30; x-envoy-fault-delay-request-percentage: 0");
        assertThat(Faults.delayMillis(plan, head, RANDOM)).isEqualTo(millis);
    }

    /** Status, and gRPC status where one is given; -1 is no abort. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                                                                            | -1  | -1",
                "x-envoy-fault-abort-request: 418                                              | 418 | -1",
                "x-envoy-fault-abort-request: 199                                              | -1  | -1",
                "x-envoy-fault-abort-request: 600                                              | -1  | -1",
                "x-envoy-fault-abort-grpc-request: 5                                           | 200 | 5",
                "x-envoy-fault-abort-request: 418; x-envoy-fault-abort-grpc-request: 5         | 418 | -1",
                "x-envoy-fault-abort-request: 99; x-envoy-fault-abort-grpc-request: 5          | 200 | 5",
                "x-envoy-fault-abort-request: 418; x-envoy-fault-abort-request-percentage: 0   | -1  | -1",
                "x-envoy-fault-abort-request: 418; x-envoy-fault-abort-request-percentage: x   | 418 | -1",
            })
    void answersWhatTheCallerAsksFor(String fields, int status, int grpc) {
        FaultPlan plan = new FaultPlan(null, new Abort(new Answer.Asked(), Fraction.ALL), ALL, Long.MAX_VALUE);
        LocalReply reply = Faults.abort(plan, head(fields), RANDOM);
        assertThat(reply == null ? -1 : reply.status()).isEqualTo(status);
        assertThat(reply == null ? -1 : reply.grpcStatus()).isEqualTo(grpc);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "''   | ''  | false | ''                                        | none | true",
                "main | ''  | false | ''                                        | main | true",
                "main | ''  | false | ''                                        | other | false",
                "main | ''  | false | ''                                        | none | false",
                "''   | a,b | false | ''                                        | main | false",
                "''   | a,b | false | x-envoy-downstream-service-node: b        | main | true",
                "''   | a,b | false | x-envoy-downstream-service-node: c        | main | false",
                "''   | ''  | true  | x-break: yes                              | main | true",
                "''   | ''  | true  | x-break: no                               | main | false",
            })
    void concernsSomeRequests(
            String cluster, String nodes, boolean header, String fields, String goesTo, boolean expected) {
        HeaderMatch match = new HeaderMatch(
                HeaderName.of("x-break"), new ValueMatch.Text(new TextMatch.Exact("yes", false)), false, false);
        Only only = new Only(
                cluster, nodes.isEmpty() ? Set.of() : Set.of(nodes.split(",")), header ? List.of(match) : List.of());
        FaultPlan plan = new FaultPlan(null, null, only, Long.MAX_VALUE);
        assertThat(Faults.concerns(plan, head(fields), goesTo)).isEqualTo(expected);
    }
}
