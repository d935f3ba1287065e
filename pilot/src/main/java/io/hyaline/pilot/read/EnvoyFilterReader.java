package io.hyaline.pilot.read;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.EnvoyFilter;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.ClusterMatch;
import io.hyaline.model.envoyfilter.ConfigPatch;
import io.hyaline.model.envoyfilter.ListenerMatch;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import io.hyaline.model.envoyfilter.RouteMatch;
import io.hyaline.objects.istio.EnvoyFilterSpec;
import io.hyaline.objects.istio.Specs;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** EnvoyFilters: what they match is read here, their values when a proxy is patched. */
public final class EnvoyFilterReader {
    private EnvoyFilterReader() {}

    public static EnvoyFilter read(GenericKubernetesResource object) {
        EnvoyFilterSpec spec = Specs.read(object, EnvoyFilterSpec.class);
        return new EnvoyFilter(
                Metadata.key(object),
                Metadata.created(object),
                spec.priority(),
                spec.workloadSelector() == null
                        ? Map.of()
                        : spec.workloadSelector().labels(),
                spec.configPatches().stream().map(EnvoyFilterReader::patch).toList());
    }

    private static ConfigPatch patch(EnvoyFilterSpec.ConfigPatch patch) {
        EnvoyFilterSpec.ApplyTo applyTo = patch.applyTo();
        EnvoyFilterSpec.Patch change = patch.patch();
        EnvoyFilterSpec.Operation operation = change == null ? null : change.operation();
        if (applyTo == null || change == null || operation == null) {
            throw new IllegalArgumentException("a patch has no applyTo or no operation");
        }
        EnvoyFilterSpec.Match match = patch.match();
        EnvoyFilterSpec.Proxy proxy = match == null ? null : match.proxy();
        return new ConfigPatch(
                ApplyTo.valueOf(applyTo.name()),
                match == null || match.context() == null
                        ? PatchContext.ANY
                        : PatchContext.valueOf(match.context().name()),
                proxy == null ? "" : proxy.proxyVersion(),
                proxy == null ? Map.of() : proxy.metadata(),
                listener(match == null ? null : match.listener()),
                route(match == null ? null : match.routeConfiguration()),
                cluster(match == null ? null : match.cluster()),
                PatchOperation.valueOf(operation.name()),
                change.value() == null ? "{}" : change.value().toString());
    }

    private static ListenerMatch listener(EnvoyFilterSpec.@Nullable Listener listener) {
        if (listener == null) {
            return ListenerMatch.ANY;
        }
        return new ListenerMatch(
                listener.name(), listener.portNumber(), listener.listenerFilter(), chain(listener.filterChain()));
    }

    private static ListenerMatch.Chain chain(EnvoyFilterSpec.@Nullable FilterChain chain) {
        if (chain == null) {
            return ListenerMatch.Chain.ANY;
        }
        EnvoyFilterSpec.Filter filter = chain.filter();
        EnvoyFilterSpec.SubFilter subFilter = filter == null ? null : filter.subFilter();
        List<String> protocols = Arrays.stream(chain.applicationProtocols().split(","))
                .map(String::strip)
                .filter(p -> !p.isEmpty())
                .toList();
        return new ListenerMatch.Chain(
                chain.name(),
                chain.sni(),
                chain.transportProtocol(),
                protocols,
                chain.destinationPort(),
                filter == null ? "" : filter.name(),
                subFilter == null ? "" : subFilter.name());
    }

    private static RouteMatch route(EnvoyFilterSpec.@Nullable RouteConfiguration routes) {
        return routes == null
                ? RouteMatch.ANY
                : new RouteMatch(
                        routes.name(), routes.portNumber(), routes.portName(), routes.gateway(), host(routes.vhost()));
    }

    private static RouteMatch.VirtualHost host(EnvoyFilterSpec.@Nullable VirtualHost host) {
        if (host == null) {
            return RouteMatch.VirtualHost.ANY;
        }
        EnvoyFilterSpec.Route route = host.route();
        EnvoyFilterSpec.RouteAction action = route == null ? null : route.action();
        return new RouteMatch.VirtualHost(
                host.name(),
                host.domainName(),
                route == null ? "" : route.name(),
                action == null ? "ANY" : action.name());
    }

    private static ClusterMatch cluster(EnvoyFilterSpec.@Nullable Cluster cluster) {
        return cluster == null
                ? ClusterMatch.ANY
                : new ClusterMatch(cluster.name(), cluster.service(), cluster.subset(), cluster.portNumber());
    }
}
