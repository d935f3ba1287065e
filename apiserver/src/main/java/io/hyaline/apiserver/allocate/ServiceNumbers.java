package io.hyaline.apiserver.allocate;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import io.hyaline.apiserver.store.Change;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** ClusterIPs and node ports of Services. */
public final class ServiceNumbers {
    private static final String SERVICES = "services";
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int LAST_NODE_PORT = 32_767;

    private final String cidr;
    private final int network;
    private final Pool addresses;
    private final Pool nodePorts = new Pool(FIRST_NODE_PORT, LAST_NODE_PORT);

    /** @param cidr an IPv4 range such as 10.96.0.0/16 */
    public ServiceNumbers(String cidr, Store store) {
        this.cidr = cidr;
        int slash = cidr.indexOf('/');
        int bits = 32 - Integer.parseInt(cidr.substring(slash + 1));
        this.network = number(cidr.substring(0, slash));
        // The first sixteen addresses are given out on request only, such as those of DNS and the API server.
        this.addresses = new Pool(16, (1 << bits) - 2);
        for (Stored service : store.list(SERVICES, "").objects()) {
            claimAll(service);
        }
        store.listen(this::follow);
    }

    private void claimAll(Stored service) {
        used(service.object()).forEach(use -> use.pool().claim(use.number(), service.key()));
    }

    private record Use(Pool pool, int number) {}

    private Set<Use> used(@Nullable ObjectNode service) {
        Set<Use> uses = new HashSet<>();
        String address = Json.string(service, "spec", "clusterIP");
        if (isAddress(address)) {
            uses.add(new Use(addresses, number(address) - network));
        }
        for (ObjectNode port : Json.objects(service, "spec", "ports")) {
            int nodePort = (int) Json.number(port, 0, "nodePort");
            if (nodePort > 0) {
                uses.add(new Use(nodePorts, nodePort));
            }
        }
        int health = (int) Json.number(service, 0, "spec", "healthCheckNodePort");
        if (health > 0) {
            uses.add(new Use(nodePorts, health));
        }
        return uses;
    }

    /** Gives back what a Service had and has no longer. */
    private void follow(Change change) {
        if (change.key().storage().equals(SERVICES) && change.previous() != null) {
            Set<Use> freed = used(change.previous().object());
            if (change.kind() != Change.Kind.DELETED) {
                freed.removeAll(used(change.current().object()));
            }
            freed.forEach(use -> use.pool().release(use.number(), change.key()));
        }
    }

    /** Gives back what was given to a new state that was not stored. */
    public void abandon(Key key, ObjectNode service, @Nullable ObjectNode stored) {
        Set<Use> freed = used(service);
        freed.removeAll(used(stored));
        freed.forEach(use -> use.pool().release(use.number(), key));
    }

    /** Fills in the addresses and ports of a Service; those that it had stay. */
    public void assign(Key key, ObjectNode service, @Nullable ObjectNode old) {
        ObjectNode spec = Json.child(service, "spec");
        String type = Json.string(spec, "type");
        if (type.equals("ExternalName")) {
            spec.remove(List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"));
            Json.objects(spec, "ports").forEach(port -> port.remove("nodePort"));
            return;
        }
        singleStack(key, spec, old == null);
        address(key, spec, Json.string(old, "spec", "clusterIP"));
        boolean outside = type.equals("NodePort")
                || (type.equals("LoadBalancer") && Json.truth(spec, "allocateLoadBalancerNodePorts"));
        int index = 0;
        for (ObjectNode port : Json.objects(spec, "ports")) {
            if (outside) {
                String field = "spec.ports[" + index + "].nodePort";
                port.set("nodePort", Json.number(nodePort(key, field, port, "nodePort", oldPort(port, old))));
            }
            index++;
        }
        if (type.equals("LoadBalancer")
                && Json.string(spec, "externalTrafficPolicy").equals("Local")) {
            int before = (int) Json.number(old, 0, "spec", "healthCheckNodePort");
            spec.set(
                    "healthCheckNodePort",
                    Json.number(nodePort(key, "spec.healthCheckNodePort", spec, "healthCheckNodePort", before)));
        }
    }

    /** There is one range of addresses; what asks for another is told so. */
    private static void singleStack(Key key, ObjectNode spec, boolean created) {
        List<String> addresses = Json.strings(spec, "clusterIPs");
        String first = Json.string(spec, "clusterIP");
        if (created
                && !first.isEmpty()
                && !addresses.isEmpty()
                && !addresses.getFirst().equals(first)) {
            throw invalid(
                    key,
                    FieldError.invalid("spec.clusterIPs", Json.array(addresses), "first value must match `clusterIP`"));
        }
        if (addresses.size() > 1) {
            throw invalid(
                    key,
                    FieldError.invalid(
                            "spec.clusterIPs",
                            Json.array(addresses),
                            "may hold one address only: this cluster is not configured for dual-stack services"));
        }
        if (Json.string(spec, "ipFamilyPolicy").equals("RequireDualStack")) {
            throw invalid(
                    key,
                    FieldError.invalid(
                            "spec.ipFamilyPolicy",
                            "RequireDualStack",
                            "this cluster is not configured for dual-stack services"));
        }
        List<String> families = Json.strings(spec, "ipFamilies");
        if (families.contains("IPv6")) {
            throw invalid(
                    key,
                    FieldError.invalid(
                            "spec.ipFamilies[" + families.indexOf("IPv6") + "]",
                            "IPv6",
                            "not configured on this cluster"));
        }
    }

    private void address(Key key, ObjectNode spec, String before) {
        String wanted = Json.string(spec, "clusterIP");
        if (wanted.isEmpty()) {
            wanted = Json.strings(spec, "clusterIPs").stream().findFirst().orElse(before);
        }
        if (wanted.isEmpty()) {
            int offset = addresses.any(key);
            if (offset < 0) {
                throw ApiException.internal("failed to allocate a serviceIP: range " + cidr + " is full");
            }
            wanted = address(network + offset);
        } else if (isAddress(wanted)) {
            int offset = number(wanted) - network;
            if (offset <= 0 || (!addresses.contains(offset) && offset >= 16)) {
                throw invalid(
                        key,
                        FieldError.invalid(
                                "spec.clusterIPs",
                                Json.array(wanted),
                                "failed to allocate IP " + wanted + ": the provided IP (" + wanted
                                        + ") is not in the valid range. The range of valid IPs is " + cidr));
            }
            if (!addresses.claim(offset, key)) {
                throw invalid(
                        key,
                        FieldError.invalid(
                                "spec.clusterIPs",
                                Json.array(wanted),
                                "failed to allocate IP " + wanted + ": provided IP is already allocated"));
            }
        }
        spec.put("clusterIP", wanted);
        ArrayNode list = spec.putArray("clusterIPs");
        list.add(wanted);
        if (!spec.has("ipFamilies")) {
            spec.putArray("ipFamilies").add("IPv4");
        }
        Json.fill(spec, "ipFamilyPolicy", "SingleStack");
    }

    private int nodePort(Key key, String field, ObjectNode holder, String name, int before) {
        int wanted = (int) Json.number(holder, 0, name);
        if (wanted == 0) {
            wanted = before;
        }
        if (wanted == 0) {
            int found = nodePorts.any(key);
            if (found < 0) {
                throw ApiException.internal("failed to allocate a nodePort: range is full");
            }
            return found;
        }
        if (!nodePorts.contains(wanted)) {
            throw invalid(
                    key,
                    FieldError.invalid(
                            field,
                            Json.number(wanted),
                            "provided port is not in the valid range. The range of valid ports is " + FIRST_NODE_PORT
                                    + "-" + LAST_NODE_PORT));
        }
        if (!nodePorts.claim(wanted, key)) {
            throw invalid(key, FieldError.invalid(field, Json.number(wanted), "provided port is already allocated"));
        }
        return wanted;
    }

    private static int oldPort(ObjectNode port, @Nullable ObjectNode old) {
        for (ObjectNode before : Json.objects(old, "spec", "ports")) {
            if (before.path("port").equals(port.path("port"))
                    && before.path("protocol").equals(port.path("protocol"))) {
                return (int) Json.number(before, 0, "nodePort");
            }
        }
        return 0;
    }

    private static ApiException invalid(Key key, FieldError error) {
        return ApiException.invalid("Service", "", key.name(), List.of(error));
    }

    private static boolean isAddress(String text) {
        return text.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
    }

    private static int number(String address) {
        try {
            int value = 0;
            for (byte part : InetAddress.ofLiteral(address).getAddress()) {
                value = value << 8 | (part & 0xff);
            }
            return value;
        } catch (IllegalArgumentException e) {
            return 0; // no address: outside of every range
        }
    }

    private static String address(int number) {
        try {
            byte[] parts = {(byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
            return InetAddress.getByAddress(parts).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
