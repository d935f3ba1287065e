package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes down which pods stand behind each service. */
final class EndpointSlices {

    private final ControllerContext context;
    private final ControlLoop loop;

    EndpointSlices(ControllerContext context) {
        this.context = context;
        this.loop = context.loop("endpointslices", this::reconcile);
    }

    void start() {
        context.informers()
                .services
                .addEventHandler(new OnChange<>((before, after) ->
                        loop.enqueue(Key.of(Objects.requireNonNull(after == null ? before : after)))));
        context.informers().slices.addEventHandler(new OnChange<>((before, after) -> {
            EndpointSlice slice = Objects.requireNonNull(after == null ? before : after);
            String service = Owners.labels(slice).get(SliceContent.SERVICE_NAME);
            if (service != null) {
                loop.enqueue(new Key(slice.getMetadata().getNamespace(), service));
            }
        }));
        context.informers().pods.addEventHandler(new OnChange<>((before, after) -> {
            Pod pod = Objects.requireNonNull(after == null ? before : after);
            for (Service service : context.informers().services.getStore().list()) {
                boolean sameNamespace = service.getMetadata()
                        .getNamespace()
                        .equals(pod.getMetadata().getNamespace());
                if (sameNamespace && (selects(service, pod) || (before != null && selects(service, before)))) {
                    loop.enqueue(Key.of(service));
                }
            }
        }));
    }

    private static boolean selects(Service service, Pod pod) {
        Map<String, String> selector = service.getSpec().getSelector();
        return selector != null && !selector.isEmpty() && Owners.matches(selector, pod);
    }

    private @Nullable Duration reconcile(Key key) {
        Service service = context.informers().services.getStore().getByKey(key.inStore());
        Map<String, EndpointSlice> existing = existing(key);
        if (service == null || service.getMetadata().getDeletionTimestamp() != null) {
            existing.values().forEach(slice -> context.client().resource(slice).delete());
            return null;
        }
        Map<String, String> selector = service.getSpec().getSelector();
        if (selector == null
                || selector.isEmpty()
                || "ExternalName".equals(service.getSpec().getType())) {
            return null;
        }
        List<Pod> pods = context.informers().pods.getStore().list().stream()
                .filter(p -> p.getMetadata().getNamespace().equals(key.namespace()) && selects(service, p))
                .toList();
        for (EndpointSlice wanted : new SliceContent(service, pods).slices()) {
            EndpointSlice before = existing.remove(wanted.getMetadata().getName());
            if (before == null) {
                context.client().resource(wanted).createOr(r -> r.update());
            } else if (!same(before, wanted)) {
                EndpointSlice changed = new EndpointSliceBuilder(before)
                        .withEndpoints(wanted.getEndpoints())
                        .withPorts(wanted.getPorts())
                        .editMetadata()
                        .withLabels(wanted.getMetadata().getLabels())
                        .endMetadata()
                        .build();
                context.client().resource(changed).update();
            }
        }
        existing.values().forEach(slice -> context.client().resource(slice).delete());
        return null;
    }

    private static boolean same(EndpointSlice a, EndpointSlice b) {
        return Objects.equals(a.getEndpoints(), b.getEndpoints())
                && Objects.equals(a.getPorts(), b.getPorts())
                && Objects.equals(Owners.labels(a), Owners.labels(b));
    }

    /** Those that this controller has made; others, such as hand-made ones, are not touched. */
    private Map<String, EndpointSlice> existing(Key key) {
        Map<String, EndpointSlice> found = new HashMap<>();
        for (EndpointSlice slice : context.informers().slices.getStore().list()) {
            Map<String, String> labels = Owners.labels(slice);
            if (slice.getMetadata().getNamespace().equals(key.namespace())
                    && key.name().equals(labels.get(SliceContent.SERVICE_NAME))
                    && SliceContent.MANAGER.equals(labels.get(SliceContent.MANAGED_BY))) {
                found.put(slice.getMetadata().getName(), slice);
            }
        }
        return found;
    }
}
