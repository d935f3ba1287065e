package io.hyaline.pilot.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.ProxyNode.Families;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The addresses of a proxy: the id has the primary one, INSTANCE_IPS has all. */
class NodeReaderTest {
    @ParameterizedTest
    @CsvSource({
        "172.20.1.5, '', 172.20.1.5, IPV4",
        "172.20.1.5, 172.20.1.5, 172.20.1.5, IPV4",
        "172.20.1.5, '172.20.1.5,fd00::5', 172.20.1.5 fd00::5, BOTH",
        "fd00::5, '172.20.1.5, fd00::5', fd00::5 172.20.1.5, BOTH_IPV6_FIRST",
        "fd00::5, fd00::5, fd00::5, IPV6",
        "fd00::5, '', fd00::5, IPV6"
    })
    void haveThePrimaryOneFirst(String id, String instanceIps, String addresses, Families families) {
        ProxyNode node = NodeReader.read(Node.newBuilder()
                .setId("sidecar~" + id + "~web-1.default~default.svc.cluster.local")
                .setMetadata(Struct.newBuilder()
                        .putFields(
                                "INSTANCE_IPS",
                                Value.newBuilder().setStringValue(instanceIps).build()))
                .build());
        assertThat(String.join(" ", node.addresses())).isEqualTo(addresses);
        assertThat(node.families()).isEqualTo(families);
    }
}
