package io.hyaline.proxy.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Row O32 of the acceptance table, useSourceIp: a client keeps its endpoint, clients differ, one node's clients stick together. */
class SourceHashTest {

    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final Map<String, Origin> origins = new LinkedHashMap<>();
    private Rig rig;

    @BeforeEach
    void open() throws Exception {
        for (String name : NAMES) {
            origins.put(name, new Origin(request -> Origin.ok(name)));
        }
        rig = new Rig();
    }

    @AfterEach
    void close() throws Exception {
        rig.close();
        for (Origin origin : origins.values()) {
            origin.close();
        }
    }

    private String cluster(String policy, List<String> names) {
        StringBuilder endpoints = new StringBuilder();
        for (String name : names) {
            endpoints
                    .append("      - {metadata: {filter_metadata: {envoy.lb: {hash_key: %s}}},".formatted(name))
                    .append(" endpoint: {address: {socket_address: {address: 127.0.0.1, port_value: %d}}}}\n"
                            .formatted(origins.get(name).port()));
        }
        return """
                - name: o
                  type: STATIC
                  connect_timeout: 1s
                  lb_policy: %s
                  load_assignment:
                    cluster_name: o
                    endpoints:
                    - lb_endpoints:
                """.formatted(policy) + endpoints;
    }

    private void http(String hcm, String policy, List<String> names) throws Exception {
        rig.apply(Rig.http(
                hcm,
                "- {name: default, match: {prefix: /}, route: {cluster: o, hash_policy: [{connection_properties: {source_ip: true}}]}}",
                cluster(policy, names)));
    }

    /** Who answers a new connection from {@code client}, an address of this machine's own network. */
    private String ask(String client, String forwardedFor) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", rig.port(), InetAddress.getByName(client), 0)) {
            socket.setSoTimeout(15_000);
            Rig.send(
                    socket,
                    "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + forwardedFor + "\r\nConnection: close\r\n\r\n");
            Rig.until(socket, "\r\n\r\n");
            return String.valueOf((char) socket.getInputStream().read());
        }
    }

    private List<String> eachOfTenClients() throws IOException {
        List<String> answers = new ArrayList<>();
        for (int i = 2; i < 12; i++) {
            answers.add(ask("127.0.0." + i, "192.0.2." + i));
        }
        return answers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"RING_HASH", "MAGLEV"})
    void clientsKeepTheirEndpointsAndDiffer(String policy) throws Exception {
        http("use_remote_address: true", policy, NAMES);
        List<String> first = eachOfTenClients();
        assertThat(eachOfTenClients()).isEqualTo(first);
        assertThat(new TreeSet<>(first)).hasSizeGreaterThan(1);
    }

    /** What a gateway with policy Cluster sees: one address, whatever the clients behind it say they are. */
    @ParameterizedTest
    @ValueSource(strings = {"RING_HASH", "MAGLEV"})
    void clientsBehindOneNodeStickTogether(String policy) throws Exception {
        http("use_remote_address: true", policy, NAMES);
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 1; i < 10; i++) {
            answers.add(ask("127.0.0.2", "192.0.2." + i));
        }
        assertThat(answers).hasSize(1);
    }

    /** Behind a trusted proxy the address that it names counts. */
    @ParameterizedTest
    @ValueSource(strings = {"RING_HASH", "MAGLEV"})
    void aTrustedHopTellsClientsApart(String policy) throws Exception {
        http("use_remote_address: true\nxff_num_trusted_hops: 1", policy, NAMES);
        TreeSet<String> answers = new TreeSet<>();
        for (int i = 1; i < 10; i++) {
            String answer = ask("127.0.0.2", "192.0.2." + i);
            assertThat(ask("127.0.0.3", "192.0.2." + i)).isEqualTo(answer);
            answers.add(answer);
        }
        assertThat(answers).hasSizeGreaterThan(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", "c", "d"})
    void mostClientsStayWhenAnEndpointGoes(String gone) throws Exception {
        http("use_remote_address: true", "RING_HASH", NAMES);
        List<String> before = eachOfTenClients();
        List<String> left = NAMES.stream().filter(name -> !name.equals(gone)).toList();
        http("use_remote_address: true", "RING_HASH", left);
        List<String> after = eachOfTenClients();
        int stayed = 0;
        for (int i = 0; i < before.size(); i++) {
            stayed += before.get(i).equals(after.get(i)) ? 1 : 0;
        }
        assertThat(stayed).isGreaterThanOrEqualTo(5);
        assertThat(after).doesNotContain(gone);
        http("use_remote_address: true", "RING_HASH", NAMES);
        assertThat(eachOfTenClients()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RING_HASH", "MAGLEV"})
    void connectionsWithoutRequestsToo(String policy) throws Exception {
        rig.apply(Rig.tcp("t", "hash_policy: [{source_ip: {}}]", cluster(policy, NAMES)));
        List<String> first = eachOfTenClients();
        assertThat(eachOfTenClients()).isEqualTo(first);
        assertThat(new TreeSet<>(first)).hasSizeGreaterThan(1);
    }
}
