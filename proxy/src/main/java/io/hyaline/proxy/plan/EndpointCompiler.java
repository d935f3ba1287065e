package io.hyaline.proxy.plan;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.config.core.v3.HealthStatus;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import io.hyaline.proxy.upstream.ClusterPlan.Endpoint;
import io.hyaline.proxy.upstream.ClusterPlan.EndpointSet;
import io.hyaline.proxy.upstream.ClusterPlan.Locality;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Endpoints, from EDS or from a cluster. */
final class EndpointCompiler {

    private EndpointCompiler() {}

    static EndpointSet compile(ClusterLoadAssignment assignment) {
        return compile(assignment, false);
    }

    static EndpointSet compile(ClusterLoadAssignment assignment, boolean names) {
        Fields.only(assignment, "cluster_name", "endpoints", "policy");
        Fields.only(assignment.getPolicy(), "overprovisioning_factor");
        List<Locality> localities = new ArrayList<>();
        for (LocalityLbEndpoints locality : assignment.getEndpointsList()) {
            localities.add(locality(locality, names));
        }
        return new EndpointSet(
                List.copyOf(localities),
                Fields.number(
                        assignment.getPolicy().hasOverprovisioningFactor(),
                        assignment.getPolicy().getOverprovisioningFactor(),
                        140));
    }

    private static Locality locality(LocalityLbEndpoints locality, boolean names) {
        Fields.only(locality, "locality", "lb_endpoints", "load_balancing_weight", "priority", "proximity", "metadata");
        List<Endpoint> endpoints = new ArrayList<>();
        for (LbEndpoint endpoint : locality.getLbEndpointsList()) {
            endpoints.add(endpoint(endpoint, names));
        }
        return new Locality(
                locality.getLocality().getRegion(),
                locality.getLocality().getZone(),
                locality.getLocality().getSubZone(),
                locality.getPriority(),
                Fields.number(locality.hasLoadBalancingWeight(), locality.getLoadBalancingWeight(), 0),
                List.copyOf(endpoints));
    }

    private static Endpoint endpoint(LbEndpoint endpoint, boolean names) {
        Fields.only(endpoint, "endpoint", "health_status", "metadata", "load_balancing_weight");
        Fields.only(endpoint.getEndpoint(), "address", "hostname", "health_check_config");
        HealthStatus health = endpoint.getHealthStatus();
        return new Endpoint(
                names
                        ? named(endpoint.getEndpoint().getAddress())
                        : Fields.address(endpoint.getEndpoint().getAddress()),
                endpoint.getEndpoint().getHostname(),
                Fields.number(endpoint.hasLoadBalancingWeight(), endpoint.getLoadBalancingWeight(), 1),
                health == HealthStatus.UNKNOWN || health == HealthStatus.HEALTHY || health == HealthStatus.DEGRADED,
                transportMatch(endpoint.getMetadata()),
                hashKey(endpoint.getMetadata()));
    }

    private static String hashKey(Metadata metadata) {
        Struct lb = metadata.getFilterMetadataMap().get("envoy.lb");
        Value key = lb == null ? null : lb.getFieldsMap().get("hash_key");
        return key == null ? "" : key.getStringValue();
    }

    private static java.net.SocketAddress named(io.envoyproxy.envoy.config.core.v3.Address address) {
        if (!address.hasSocketAddress()) {
            return Fields.address(address);
        }
        SocketAddress socket = address.getSocketAddress();
        return InetSocketAddress.createUnresolved(socket.getAddress(), Fields.port(socket));
    }

    static Map<String, String> transportMatch(Metadata metadata) {
        Struct match = metadata.getFilterMetadataMap().get("envoy.transport_socket_match");
        return match == null ? Map.of() : texts(match);
    }

    static Map<String, String> texts(Struct struct) {
        Map<String, String> texts = new HashMap<>();
        for (Map.Entry<String, Value> field : struct.getFieldsMap().entrySet()) {
            Value value = field.getValue();
            texts.put(
                    field.getKey(),
                    value.hasStringValue()
                            ? value.getStringValue()
                            : value.hasBoolValue() ? String.valueOf(value.getBoolValue()) : value.toString());
        }
        return Map.copyOf(texts);
    }
}
