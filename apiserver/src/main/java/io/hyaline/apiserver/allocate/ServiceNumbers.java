package io.hyaline.apiserver.allocate;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.address.ServiceRanges;
import io.hyaline.apiserver.family.Addressing;
import io.hyaline.apiserver.family.Families;
import io.hyaline.apiserver.family.Families.Decision;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import io.hyaline.apiserver.store.Change;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** ClusterIPs and node ports of Services. */
public final class ServiceNumbers {
    private static final String SERVICES = "services";
    private static final int FIRST_NODE_PORT = 30_000;
    private static final int LAST_NODE_PORT = 32_767;

    private final Map<Family, AddressRange> addresses = new EnumMap<>(Family.class);
    private final List<Family> families;
    private final Pool<Integer> nodePorts = new Pool<>(FIRST_NODE_PORT, LAST_NODE_PORT, number -> (int) number);

    public ServiceNumbers(ServiceRanges ranges, Store store) {
        this.families = ranges.families();
        ranges.all().forEach(range -> addresses.put(range.family(), new AddressRange(range)));
        store.list(SERVICES, "").objects().forEach(service -> claimAll(service.key(), used(service.object())));
        store.listen(this::follow);
    }

    private void claimAll(Key owner, Used used) {
        used.addresses().forEach(address -> rangeOf(address).ifPresent(range -> range.claim(address, owner)));
        used.ports().forEach(port -> nodePorts.claim(port, owner));
    }

    private void releaseAll(Key owner, Used used) {
        used.addresses().forEach(address -> rangeOf(address).ifPresent(range -> range.release(address, owner)));
        used.ports().forEach(port -> nodePorts.release(port, owner));
    }

    /** None for an address from a range that the cluster has no longer. */
    private Optional<AddressRange> rangeOf(Ip address) {
        return Optional.ofNullable(addresses.get(address.family())).filter(range -> range.contains(address));
    }

    private record Used(Set<Ip> addresses, Set<Integer> ports) {
        Used without(Used other) {
            Set<Ip> otherAddresses = new HashSet<>(addresses);
            otherAddresses.removeAll(other.addresses);
            Set<Integer> otherPorts = new HashSet<>(ports);
            otherPorts.removeAll(other.ports);
            return new Used(otherAddresses, otherPorts);
        }
    }

    private static Used used(@Nullable ObjectNode service) {
        Set<Ip> addresses = new HashSet<>();
        for (String text : Json.strings(service, "spec", "clusterIPs")) {
            Ip address = Ip.parse(text);
            if (address != null) {
                addresses.add(address);
            }
        }
        Set<Integer> ports = new HashSet<>();
        for (ObjectNode port : Json.objects(service, "spec", "ports")) {
            ports.add((int) Json.number(port, 0, "nodePort"));
        }
        ports.add((int) Json.number(service, 0, "spec", "healthCheckNodePort"));
        ports.remove(0);
        return new Used(addresses, ports);
    }

    /** Gives back what a Service had and has no longer. */
    private void follow(Change change) {
        if (!change.key().storage().equals(SERVICES)) {
            return;
        }
        boolean deleted = change.kind() == Change.Kind.DELETED;
        Used now = deleted ? used(null) : used(change.current().object());
        claimAll(change.key(), now);
        if (change.previous() != null) {
            releaseAll(change.key(), used(change.previous().object()).without(now));
        }
    }

    /** Gives back what was given to a new state that was not stored. */
    public void abandon(Key key, ObjectNode service, @Nullable ObjectNode stored) {
        releaseAll(key, used(service).without(used(stored)));
    }

    /** Fills in the addresses and ports of a Service; those that it had stay. */
    public void assign(Key key, ObjectNode service, @Nullable ObjectNode old) {
        ObjectNode spec = Json.child(service, "spec");
        String type = Json.string(spec, "type");
        Addressing owned = old == null ? null : Addressing.of(old.path("spec"));
        switch (Families.decide(Addressing.of(spec), owned, families)) {
            case Decision.Refused(List<FieldError> errors) ->
                throw ApiException.invalid("Service", "", key.name(), errors);
            case Decision.Settled(Addressing addressing, int firstNew) -> {
                addressing.into(spec);
                addresses(key, spec, addressing, firstNew);
            }
        }
        if (type.equals("ExternalName")) {
            Json.objects(spec, "ports").forEach(port -> port.remove("nodePort"));
            return;
        }
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

    private void addresses(Key key, ObjectNode spec, Addressing addressing, int firstNew) {
        List<String> all = new ArrayList<>(addressing.all());
        for (int i = firstNew; i < addressing.families().size(); i++) {
            AddressRange range = ranges(addressing.families().get(i));
            if (i == all.size()) {
                all.add("");
            }
            all.set(i, all.get(i).isEmpty() ? chosen(key, range) : claimed(key, range, all, i));
            spec.put("clusterIP", all.getFirst()).set("clusterIPs", Json.array(all));
        }
    }

    private AddressRange ranges(String family) {
        return addresses.values().stream()
                .filter(range -> range.range().family().toString().equals(family))
                .findFirst()
                .orElseThrow();
    }

    private static String chosen(Key key, AddressRange range) {
        Ip address = range.any(key);
        if (address == null) {
            throw ApiException.internal("failed to allocate a serviceIP: range " + range.range() + " is full");
        }
        return address.toString();
    }

    private static String claimed(Key key, AddressRange range, List<String> all, int index) {
        String text = all.get(index);
        Ip address = Objects.requireNonNull(Ip.parse(text));
        String problem = "failed to allocate IP " + text + ": ";
        if (!range.contains(address)) {
            problem += "the provided IP (" + address + ") is not in the valid range. The range of valid IPs is "
                    + range.range();
        } else if (!range.claim(address, key)) {
            problem += "provided IP is already allocated";
        } else {
            return text;
        }
        throw invalid(key, FieldError.invalid("spec.clusterIPs", all, problem));
    }

    private int nodePort(Key key, String field, ObjectNode holder, String name, int before) {
        int wanted = (int) Json.number(holder, 0, name);
        if (wanted == 0) {
            wanted = before;
        }
        if (wanted == 0) {
            Integer found = nodePorts.any(key);
            if (found == null) {
                throw ApiException.internal("failed to allocate a nodePort: range is full");
            }
            return found;
        }
        if (wanted < FIRST_NODE_PORT || wanted > LAST_NODE_PORT) {
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
}
