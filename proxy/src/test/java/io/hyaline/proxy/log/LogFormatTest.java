package io.hyaline.proxy.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hyaline.proxy.client.ClientAddress;
import io.hyaline.proxy.client.Downstream;
import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Worker;
import io.hyaline.proxy.match.Cidr;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogFormatTest {

    private static StreamRecord record() {
        InetSocketAddress peer = new InetSocketAddress(Cidr.address("10.1.2.3"), 4711);
        Downstream downstream = new Downstream(
                7,
                new Worker(0, new EmbeddedChannel().eventLoop()),
                ClientAddress.socket(peer),
                peer,
                new InetSocketAddress(Cidr.address("fd00::1"), 80),
                true,
                -1,
                "outbound_.80_._.x",
                null,
                new Downstream.Labels("l", "chain", true),
                "[fd00::1]:80",
                new EmbeddedChannel().closeFuture());
        StreamRecord record = new StreamRecord(downstream, 1_000_000L, 1_700_000_000_123_456L);
        Head head = new Head();
        head.method("GET");
        head.path("/a\"b");
        head.authority("host");
        head.add(HeaderName.USER_AGENT, "curl\\1");
        record.request = head;
        record.status = 200;
        record.protocol = "HTTP/1.1";
        record.bytesSent = 42;
        record.upstreamFailure = "delayed connect error";
        record.close(5_000_000L);
        return record;
    }

    @Test
    void jsonHasTypesNullsAndSortedKeys() {
        LogFormat format = LogFormat.json(
                Map.of(
                        "z", "%RESPONSE_CODE%",
                        "a", "%REQ(X-FORWARDED-FOR)%",
                        "m", "%REQ(:METHOD)% on %REQ(X-NONE)%",
                        "path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
                        "ua", "%REQ(USER-AGENT):4%",
                        "flags", "%RESPONSE_FLAGS%",
                        "n", Map.of("d", "%DURATION%", "why", "%UPSTREAM_TRANSPORT_FAILURE_REASON%")),
                false);
        assertThat(format.apply(record()))
                .isEqualTo(
                        "{\"a\":null,\"flags\":\"-\",\"m\":\"GET on -\",\"n\":{\"d\":4,\"why\":\"delayed_connect_error\"},"
                                + "\"path\":\"/a\\\"b\",\"ua\":\"curl\",\"z\":200}\n");
    }

    @Test
    void omitsWhatIsUnsetWhenAsked() {
        LogFormat format = LogFormat.json(
                Map.of("a", "%ROUTE_NAME%", "b", "%RESPONSE_CODE%", "c", "%REQ(x)%", "d", "x%REQ(x)%"), true);
        assertThat(format.apply(record())).isEqualTo("{\"b\":200,\"d\":\"x\"}\n");
    }

    @Test
    void textPrintsDashes() {
        assertThat(LogFormat.text(
                                "[%START_TIME%] %REQ(x)% %DOWNSTREAM_REMOTE_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% "
                                        + "%REQUESTED_SERVER_NAME% 100%% %START_TIME(%s.%3f)%",
                                false)
                        .apply(record()))
                .isEqualTo(
                        "[2023-11-14T22:13:20.123Z] - 10.1.2.3:4711 [fd00::1]:80 outbound_.80_._.x 100% 1700000000.123");
    }

    @Test
    void refusesUnknownOperators() {
        assertThatThrownBy(() -> LogFormat.text("%NOPE%", false)).hasMessageContaining("NOPE");
        assertThatThrownBy(() -> LogFormat.text("%REQ(a%", false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRecordClosesOnce() {
        StreamRecord record = record();
        assertThatThrownBy(() -> record.close(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void flagsAreWrittenInEnvoysOrder() {
        assertThat(ResponseFlag.text(ResponseFlag.URX.bit() | ResponseFlag.UF.bit()))
                .isEqualTo("UF,URX");
    }
}
