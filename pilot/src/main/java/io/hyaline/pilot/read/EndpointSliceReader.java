package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.hyaline.model.Endpoint;
import io.hyaline.model.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** EndpointSlices: a part of one Service's endpoints each. */
public final class EndpointSliceReader {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";

    /** A slice's endpoints, and the Service that they belong to. */
    public record Slice(ObjectKey service, List<Endpoint> endpoints) {}

    private EndpointSliceReader() {}

    public static Slice read(EndpointSlice object) {
        String service = Metadata.labels(object).get(SERVICE_LABEL);
        if (service == null) {
            throw new IllegalArgumentException(
                    "no label " + SERVICE_LABEL + "; nobody knows whose endpoints these are");
        }
        ObjectKey key = new ObjectKey(Metadata.key(object).namespace(), service);
        List<Endpoint> endpoints = new ArrayList<>();
        if (object.getEndpoints() != null && object.getPorts() != null && !"FQDN".equals(object.getAddressType())) {
            object.getEndpoints().forEach(e -> add(e, object.getPorts(), endpoints));
        }
        return new Slice(key, List.copyOf(endpoints));
    }

    private static void add(
            io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint,
            List<EndpointPort> ports,
            List<Endpoint> result) {
        // absent means unknown, which is to be read as ready
        boolean ready = endpoint.getConditions() == null
                || !Boolean.FALSE.equals(endpoint.getConditions().getReady());
        ObjectKey pod = pod(endpoint);
        for (EndpointPort port : ports) {
            Integer number = port.getPort();
            if (number != null) {
                endpoint.getAddresses()
                        .forEach(address ->
                                result.add(Endpoint.of(Metadata.orEmpty(port.getName()), address, number, ready, pod)));
            }
        }
    }

    private static @Nullable ObjectKey pod(io.fabric8.kubernetes.api.model.discovery.v1.Endpoint endpoint) {
        var target = endpoint.getTargetRef();
        return target == null || !"Pod".equals(target.getKind())
                ? null
                : new ObjectKey(Metadata.orEmpty(target.getNamespace()), target.getName());
    }
}
