package io.hyaline.proxy.sidecar;

import com.google.protobuf.Message;
import io.hyaline.proxy.plan.PlanCompiler;
import io.hyaline.proxy.plan.RejectedResource;
import io.hyaline.xds.client.Intake;
import io.hyaline.xds.client.ResourceType;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * Resources that several sidecars of one process received: each is kept and judged once. What no sidecar holds any more is
 * collected. Used on the control thread only.
 */
public final class MessagePool {

    private record Known(WeakReference<Message> message, Optional<String> problem) {}

    private final Map<Message, Known> known = new WeakHashMap<>();

    /** An intake whose resources are shared through this pool. */
    public Intake intake() {
        return new Intake(this::problem, this::share);
    }

    private Optional<String> problem(ResourceType type, Message message) {
        return known.computeIfAbsent(message, MessagePool::judge).problem();
    }

    private Message share(Message message) {
        Known same = known.get(message);
        Message kept = same == null ? null : same.message().get();
        return kept == null ? message : kept;
    }

    private static Known judge(Message message) {
        WeakReference<Message> reference = new WeakReference<>(message);
        try {
            PlanCompiler.check(message);
            return new Known(reference, Optional.empty());
        } catch (RejectedResource e) {
            return new Known(reference, Optional.of(e.reason()));
        }
    }
}
