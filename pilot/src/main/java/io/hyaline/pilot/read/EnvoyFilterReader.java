package io.hyaline.pilot.read;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** EnvoyFilters: what they match is read here, their values when a proxy is patched. */
public final class EnvoyFilterReader {
    private EnvoyFilterReader() {}

    public static EnvoyFilter read(GenericKubernetesResource object) {
        EnvoyFilterSpec spec = Specs.read(object, EnvoyFilterSpec.class);
        if (!spec.targetRefs().isEmpty()) {
            throw new IllegalArgumentException("targetRefs are not supported; select by workloadSelector");
        }
        List<ConfigPatch> patches = new ArrayList<>();
        for (int i = 0; i < spec.configPatches().size(); i++) {
            try {
                patches.add(patch(spec.configPatches().get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("configPatches[" + i + "]: " + e.getMessage(), e);
            }
        }
        return new EnvoyFilter(
                Metadata.key(object),
                Metadata.created(object),
                spec.priority(),
                spec.workloadSelector() == null
                        ? Map.of()
                        : spec.workloadSelector().labels(),
                patches);
    }

    private static ConfigPatch patch(EnvoyFilterSpec.ConfigPatch patch) {
        EnvoyFilterSpec.ApplyTo applyTo = patch.applyTo();
        if (applyTo == null || applyTo == EnvoyFilterSpec.ApplyTo.INVALID) {
            throw new IllegalArgumentException("applyTo is missing");
        }
        EnvoyFilterSpec.Patch change = patch.patch();
        EnvoyFilterSpec.Operation operation = change == null ? null : change.operation();
        if (change == null || operation == null || operation == EnvoyFilterSpec.Operation.INVALID) {
            throw new IllegalArgumentException("patch.operation is missing");
        }
        if (change.value() == null && operation != EnvoyFilterSpec.Operation.REMOVE) {
            throw new IllegalArgumentException("patch.value is missing; " + operation + " needs one");
        }
        EnvoyFilterSpec.Match match = patch.match();
        EnvoyFilterSpec.Proxy proxy = match == null ? null : match.proxy();
        return new ConfigPatch(
                ApplyTo.valueOf(applyTo.name()),
                match == null || match.context() == null
                        ? PatchContext.ANY
                        : PatchContext.valueOf(match.context().name()),
                proxy == null ? "" : checkedPattern(proxy.proxyVersion()),
                proxy == null ? Map.of() : proxy.metadata(),
                listener(match == null ? null : match.listener()),
                route(match == null ? null : match.routeConfiguration()),
                cluster(match == null ? null : match.cluster()),
                PatchOperation.valueOf(operation.name()),
                change.value() == null ? "{}" : change.value().toString());
    }

    private static String checkedPattern(String pattern) {
        try {
            Pattern.compile(pattern);
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException("match.proxy.proxyVersion is not an RE2 pattern: " + e.getMessage(), e);
        }
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
