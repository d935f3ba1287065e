package io.hyaline.pilot.patch;

import io.envoyproxy.envoy.config.listener.v3.FilterChain;
import io.envoyproxy.envoy.config.listener.v3.Listener;
import io.envoyproxy.envoy.config.listener.v3.ListenerFilter;
import io.hyaline.model.envoyfilter.ApplyTo;
import io.hyaline.model.envoyfilter.PatchContext;
import io.hyaline.model.envoyfilter.PatchOperation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Patches one listener from the outside in: itself, its listener filters, its chains and their filters, new chains. */
final class ListenerPatches {
    private final Patches patches;
    private final PatchContext context;
    private final PatchProblems problems;
    private final NetworkFilterPatches filters;

    ListenerPatches(Patches patches, PatchContext context, PatchProblems problems) {
        this.patches = patches;
        this.context = context;
        this.problems = problems;
        this.filters = new NetworkFilterPatches(patches, context, problems);
    }

    /** The listener as patched, or null when a patch removes it. */
    @Nullable
    Listener apply(Listener original) {
        Listener listener = original;
        for (Patch patch : patches.of(ApplyTo.LISTENER, context, p -> ListenerMatching.listener(p, original))) {
            if (patch.operation() == PatchOperation.REMOVE) {
                return null;
            }
            if (patch.operation().merges()) {
                listener = ProtoMerge.merge(listener, patch.as(Listener.class), patch.replacesLists());
            }
        }
        listener = listenerFilters(listener);
        Listener.Builder result = listener.toBuilder().clearFilterChains();
        for (FilterChain chain : listener.getFilterChainsList()) {
            FilterChain patched = chain(listener, chain);
            if (patched != null) {
                result.addFilterChains(patched);
            }
        }
        if (listener.hasDefaultFilterChain()) {
            FilterChain patched = chain(listener, listener.getDefaultFilterChain());
            if (patched == null) {
                result.clearDefaultFilterChain();
            } else {
                result.setDefaultFilterChain(patched);
            }
        }
        Listener before = listener;
        patches.of(ApplyTo.FILTER_CHAIN, context)
                .filter(p -> adds(p.operation()) && ListenerMatching.listener(p, before))
                .forEach(p -> result.addFilterChains(p.as(FilterChain.class)));
        return result.build();
    }

    private static boolean adds(PatchOperation operation) {
        return switch (operation) {
            case ADD, INSERT_FIRST, INSERT_BEFORE, INSERT_AFTER -> true;
            case MERGE, MERGE_AND_REPLACE_LIST, REMOVE, REPLACE -> false;
        };
    }

    private Listener listenerFilters(Listener listener) {
        List<ListenerFilter> result = listener.getListenerFiltersList();
        for (Patch patch : patches.of(ApplyTo.LISTENER_FILTER, context, p -> ListenerMatching.listener(p, listener))) {
            boolean named = !patch.spec().listener().listenerFilter().isEmpty();
            result = patch.operation().merges()
                    ? merged(result, patch)
                    : NamedList.apply(
                            result,
                            patch,
                            named,
                            f -> ListenerMatching.listenerFilter(patch, f.getName()),
                            p -> p.as(ListenerFilter.class));
        }
        return listener.toBuilder()
                .clearListenerFilters()
                .addAllListenerFilters(result)
                .build();
    }

    private List<ListenerFilter> merged(List<ListenerFilter> all, Patch patch) {
        ListenerFilter change = patch.as(ListenerFilter.class);
        List<ListenerFilter> result = new ArrayList<>(all);
        result.replaceAll(f -> {
            if (!ListenerMatching.listenerFilter(patch, f.getName()) || !change.hasTypedConfig()) {
                return f;
            }
            return f.toBuilder()
                    .setTypedConfig(TypedConfigs.merge(f.getTypedConfig(), change.getTypedConfig(), patch, problems))
                    .build();
        });
        return result;
    }

    private @Nullable FilterChain chain(Listener listener, FilterChain original) {
        FilterChain chain = original;
        List<Patch> concerned = patches.of(
                ApplyTo.FILTER_CHAIN,
                context,
                p -> ListenerMatching.listener(p, listener) && ListenerMatching.chain(p, listener, original));
        for (Patch patch : concerned) {
            if (patch.operation() == PatchOperation.REMOVE) {
                return null;
            }
            if (patch.operation().merges()) {
                chain = merged(chain, patch);
            }
        }
        return filters.apply(listener, chain);
    }

    private FilterChain merged(FilterChain chain, Patch patch) {
        FilterChain change = patch.as(FilterChain.class);
        if (!change.hasTransportSocket()) {
            return ProtoMerge.merge(chain, change, patch.replacesLists());
        }
        FilterChain rest = change.toBuilder().clearTransportSocket().build();
        return ProtoMerge.merge(chain, rest, patch.replacesLists()).toBuilder()
                .setTransportSocket(
                        TypedConfigs.merge(chain.getTransportSocket(), change.getTransportSocket(), patch, problems))
                .build();
    }
}
