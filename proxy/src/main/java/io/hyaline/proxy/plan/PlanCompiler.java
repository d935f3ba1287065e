package io.hyaline.proxy.plan;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.cluster.v3.Cluster;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.transport_sockets.tls.v3.Secret;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns Envoy's protos into a {@link Plan}. What it does not know how to serve it rejects; it ignores nothing in silence. */
public final class PlanCompiler {

    private PlanCompiler() {}

    /** One resource alone, for ACK or NACK. */
    public static void check(Message resource) throws RejectedResource {
        switch (resource) {
            case Listener listener -> compile(listener, listener.getName(), ListenerCompiler::compile);
            case Cluster cluster -> compile(cluster, cluster.getName(), ClusterCompiler::compile);
            case ClusterLoadAssignment endpoints ->
                compile(endpoints, endpoints.getClusterName(), EndpointCompiler::compile);
            case RouteConfiguration routes -> compile(routes, routes.getName(), RouteCompiler::compile);
            case Secret secret -> compile(secret, secret.getName(), TlsCompiler::secret);
            default ->
                throw new RejectedResource(
                        resource.getDescriptorForType().getFullName(), "", "resources of this type are not known");
        }
    }

    /** All of them. Throws for the first that would not pass {@link #check}. */
    public static Plan compile(Resources resources) throws RejectedResource {
        return compile(resources, Plan.EMPTY);
    }

    /** As {@link #compile(Resources)}, taking over from {@code previous} what has not changed. */
    public static Plan compile(Resources resources, Plan previous) throws RejectedResource {
        Resources before = previous.source();
        return new Plan(
                resources,
                all(resources.listeners(), before.listeners(), previous.listeners(), ListenerCompiler::compile),
                all(resources.clusters(), before.clusters(), previous.clusters(), ClusterCompiler::compile),
                all(resources.endpoints(), before.endpoints(), previous.endpoints(), EndpointCompiler::compile),
                all(resources.routes(), before.routes(), previous.routes(), RouteCompiler::compile),
                all(resources.secrets(), before.secrets(), previous.secrets(), TlsCompiler::secret));
    }

    /** A compiler of one kind; refuses with an IllegalArgumentException that names the field. */
    private interface Step<M, P> {
        P compile(M message) throws InvalidProtocolBufferException;
    }

    private static <M extends Message, P> Map<String, P> all(
            Map<String, M> messages, Map<String, M> oldMessages, Map<String, P> oldPlans, Step<M, P> step)
            throws RejectedResource {
        Map<String, P> plans = new LinkedHashMap<>();
        for (Map.Entry<String, M> entry : messages.entrySet()) {
            String name = entry.getKey();
            M message = entry.getValue();
            P old = oldPlans.get(name);
            plans.put(name, old != null && message.equals(oldMessages.get(name)) ? old : compile(message, name, step));
        }
        return Collections.unmodifiableMap(plans);
    }

    private static <M extends Message, P> P compile(M message, String name, Step<M, P> step) throws RejectedResource {
        try {
            return step.compile(message);
        } catch (IllegalArgumentException e) {
            throw new RejectedResource(
                    message.getDescriptorForType().getFullName(), name, String.valueOf(e.getMessage()));
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedResource(
                    message.getDescriptorForType().getFullName(), name, "cannot be decoded: " + e.getMessage());
        }
    }
}
