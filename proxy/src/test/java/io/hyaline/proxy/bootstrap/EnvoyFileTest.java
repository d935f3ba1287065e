package io.hyaline.proxy.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext;
import io.hyaline.proxy.subscribe.Target;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvoyFileTest {

    private static final String JSON = """
            {"node":{"id":"sidecar~172.20.1.5~a.b~b.svc.cluster.local","metadata":{"INSTANCE_IPS":"172.20.1.5"}},
             "dynamic_resources":{"lds_config":{"ads":{},"initial_fetch_timeout":"0s"},
               "ads_config":{"api_type":"GRPC","grpc_services":[{"envoy_grpc":{"cluster_name":"xds-grpc"}}]}},
             "static_resources":{"clusters":[{"name":"xds-grpc","type":"STATIC","connect_timeout":"1s",
               "load_assignment":{"cluster_name":"xds-grpc","endpoints":[{"lb_endpoints":[{"endpoint":{"address":
                 {"socket_address":{"address":"10.96.0.2","port_value":15012}}}}]}]},
               "transport_socket":{"name":"envoy.transport_sockets.tls","typed_config":{
                 "@type":"type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext",
                 "sni":"istiod.istio-system.svc",
                 "common_tls_context":{"validation_context":{"trusted_ca":{"filename":"/etc/root.pem"}}}}}}]}}""";

    private static final String YAML = """
            node:
              id: sidecar~172.20.1.5~a.b~b.svc.cluster.local
              metadata: {INSTANCE_IPS: 172.20.1.5}
            dynamic_resources:
              lds_config: {ads: {}, initial_fetch_timeout: 0s}
              ads_config:
                api_type: GRPC
                grpc_services:
                - envoy_grpc: {cluster_name: xds-grpc}
            static_resources:
              clusters:
              - name: xds-grpc
                type: STATIC
                connect_timeout: 1s
                load_assignment:
                  cluster_name: xds-grpc
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: 10.96.0.2, port_value: 15012}}}
                transport_socket:
                  name: envoy.transport_sockets.tls
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
                    sni: istiod.istio-system.svc
                    common_tls_context: {validation_context: {trusted_ca: {filename: /etc/root.pem}}}
            """;

    @TempDir
    private Path dir;

    @Test
    void jsonAndYamlSayTheSame() throws Exception {
        Bootstrap json = EnvoyFile.bootstrap(write("a.json", JSON));
        assertThat(EnvoyFile.bootstrap(write("a.yaml", YAML))).isEqualTo(json);
        assertThat(json.getStaticResources()
                        .getClusters(0)
                        .getTransportSocket()
                        .getTypedConfig()
                        .is(UpstreamTlsContext.class))
                .isTrue();
        Target target = Target.ofCluster(json.getStaticResources().getClusters(0));
        assertThat(target.endpoint()).isEqualTo(new Target.Endpoint.Tcp("10.96.0.2", 15012));
        assertThat(target.tls().serverName()).isEqualTo("istiod.istio-system.svc");
        assertThat(target.tls().roots().getFilename()).isEqualTo("/etc/root.pem");
    }

    @Test
    void namesTheFileAndThePlaceOfAnError() throws Exception {
        assertRefused("a.json", "{\"nod\":{}}", "nod");
        assertRefused("a.json", "{\"node\":", "a.json");
        assertRefused("a.yaml", "node: [", "line 1");
        assertRefused("a.yaml", "node: {id: a}\nnode: {id: b}", "duplicate key node");
        assertRefused("a.yaml", "just text", "a.yaml");
        assertRefused("a.yaml", JSON.replace("UpstreamTlsContext", "Unheard"), "Unheard");
        assertThatThrownBy(() -> EnvoyFile.bootstrap(dir.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    private void assertRefused(String name, String content, String reason) throws Exception {
        Path file = write(name, content);
        assertThatThrownBy(() -> EnvoyFile.bootstrap(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(reason);
    }

    private Path write(String name, String content) throws Exception {
        return Files.writeString(dir.resolve(name), content);
    }
}
