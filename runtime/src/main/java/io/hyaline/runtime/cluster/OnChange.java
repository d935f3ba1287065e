package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands every change on as (before, after); before is null for what is new, after is null for what is gone.
 */
public record OnChange<T>(BiConsumer<@Nullable T, @Nullable T> handler) implements ResourceEventHandler<T> {

    @Override
    public void onAdd(T added) {
        handler.accept(null, added);
    }

    @Override
    public void onUpdate(T before, T after) {
        handler.accept(before, after);
    }

    @Override
    public void onDelete(T last, boolean finalStateUnknown) {
        handler.accept(last, null);
    }
}
