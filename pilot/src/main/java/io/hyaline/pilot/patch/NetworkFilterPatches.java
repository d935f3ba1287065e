package io.hyaline.pilot.patch;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.envoy.config.listener.v3.Filter;
import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.route.v3.RouteConfiguration;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager;
import io.envoyproxy.envoy.extensions.filters.network.http_connection_manager.v3.HttpFilter;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.PatchContext;
import java.util.ArrayList;
import java.util.List;

/** Patches the network filters of one chain, then the HTTP filters inside its connection managers. */
final class NetworkFilterPatches {
    private final Patches patches;
    private final PatchContext context;
    private final PatchProblems problems;
    private final RoutePatches routes;

    NetworkFilterPatches(Patches patches, PatchContext context, PatchProblems problems) {
        this.patches = patches;
        this.context = context;
        this.problems = problems;
        this.routes = new RoutePatches(patches, context);
    }

    FilterChain apply(Listener listener, FilterChain chain) {
        List<Patch> network = concerned(ApplyTo.NETWORK_FILTER, listener, chain);
        List<Filter> filters = chain.getFiltersList();
        for (Patch patch : network) {
            boolean named = !patch.spec().listener().chain().filter().isEmpty();
            filters = NamedList.apply(
                    filters,
                    patch,
                    named,
                    f -> ListenerMatching.networkFilter(patch, f.getName()),
                    p -> p.as(Filter.class));
        }
        List<Patch> http = concerned(ApplyTo.HTTP_FILTER, listener, chain);
        List<Filter> result = new ArrayList<>();
        for (Filter filter : filters) {
            result.add(inside(merged(filter, network), http));
        }
        return chain.toBuilder().clearFilters().addAllFilters(result).build();
    }

    private List<Patch> concerned(ApplyTo kind, Listener listener, FilterChain chain) {
        return patches.of(
                kind,
                context,
                p -> ListenerMatching.listener(p, listener) && ListenerMatching.chain(p, listener, chain));
    }

    private Filter merged(Filter original, List<Patch> network) {
        Filter filter = original;
        for (Patch patch : network) {
            Filter change = patch.as(Filter.class);
            boolean concerned = patch.operation().merges()
                    && ListenerMatching.networkFilter(patch, filter.getName())
                    && filter.hasTypedConfig()
                    && change.hasTypedConfig();
            if (concerned) {
                Filter.Builder merged = filter.toBuilder()
                        .setTypedConfig(
                                TypedConfigs.merge(filter.getTypedConfig(), change.getTypedConfig(), patch, problems));
                if (!change.getName().isEmpty()) {
                    merged.setName(change.getName());
                }
                filter = merged.build();
            }
        }
        return filter;
    }

    private Filter inside(Filter filter, List<Patch> http) {
        if (!filter.getTypedConfig().is(HttpConnectionManager.class)) {
            return filter;
        }
        try {
            HttpConnectionManager manager = filter.getTypedConfig().unpack(HttpConnectionManager.class);
            HttpConnectionManager patched = httpFilters(filter.getName(), manager, http);
            if (patched.hasRouteConfig()) {
                RouteConfiguration inline = routes.apply(patched.getRouteConfig());
                patched = patched.toBuilder().setRouteConfig(inline).build();
            }
            return patched.equals(manager)
                    ? filter
                    : filter.toBuilder().setTypedConfig(Any.pack(patched)).build();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a connection manager that does not parse in " + filter.getName(), e);
        }
    }

    private HttpConnectionManager httpFilters(String name, HttpConnectionManager manager, List<Patch> http) {
        List<Patch> concerned = http.stream()
                .filter(p -> ListenerMatching.networkFilter(p, name))
                .toList();
        if (concerned.isEmpty()) {
            return manager;
        }
        List<HttpFilter> filters = manager.getHttpFiltersList();
        for (Patch patch : concerned) {
            boolean named = !patch.spec().listener().chain().subFilter().isEmpty();
            filters = NamedList.apply(
                    filters,
                    patch,
                    named,
                    f -> ListenerMatching.httpFilter(patch, f.getName()),
                    p -> p.as(HttpFilter.class));
        }
        List<HttpFilter> result = new ArrayList<>();
        for (HttpFilter filter : filters) {
            result.add(mergedHttp(filter, concerned));
        }
        return manager.toBuilder().clearHttpFilters().addAllHttpFilters(result).build();
    }

    private HttpFilter mergedHttp(HttpFilter original, List<Patch> patches) {
        HttpFilter filter = original;
        for (Patch patch : patches) {
            HttpFilter change = patch.as(HttpFilter.class);
            boolean concerned = patch.operation().merges()
                    && ListenerMatching.httpFilter(patch, filter.getName())
                    && filter.hasTypedConfig()
                    && change.hasTypedConfig();
            if (concerned) {
                filter = filter.toBuilder()
                        .setTypedConfig(
                                TypedConfigs.merge(filter.getTypedConfig(), change.getTypedConfig(), patch, problems))
                        .build();
            }
        }
        return filter;
    }
}
