package io.hyaline.capture;

import io.hyaline.capture.plan.InterceptionPlan;
import io.hyaline.capture.rules.RuleText;
import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts an interception plan into a network namespace.
 *
 * <p>All or nothing: after a failure nothing of ours is left, and applying the same plan again changes nothing.
 */
public final class Capture {

    private static final Logger log = LoggerFactory.getLogger(Capture.class);

    private Capture() {}

    /** Does what an istio-init container with these arguments would do in {@code namespace}. */
    public static void apply(NetNs namespace, List<String> istioIptablesArguments) {
        apply(namespace, istioIptablesArguments, Map.of());
    }

    /** As {@link #apply(NetNs, List)}, with the container's environment, which some options can come from. */
    public static void apply(NetNs namespace, List<String> istioIptablesArguments, Map<String, String> environment) {
        apply(namespace, InterceptionPlan.ofArguments(istioIptablesArguments, environment));
    }

    /** @throws CaptureException when a rule is refused or the self-check fails; nothing of ours is left then */
    public static void apply(NetNs namespace, InterceptionPlan plan) {
        switch (plan.action()) {
            case APPLY -> inside(namespace, () -> applyHere(plan));
            case DRY_RUN -> log.info("capture rules that would be applied in {}:\n{}", namespace, RuleText.of(plan));
            case CHECK -> inside(namespace, () -> SelfCheck.run(plan));
            case CLEANUP -> remove(namespace, plan);
        }
    }

    /** Takes away every rule, route and address of ours; a namespace without them is left as it is. */
    public static void remove(NetNs namespace, InterceptionPlan plan) {
        inside(namespace, () -> removeHere(plan));
    }

    private static void applyHere(InterceptionPlan plan) {
        try {
            Nft.run(RuleText.of(plan));
            PassthroughAddress.ensure();
            if (plan.routesReplies()) {
                ReplyRoutes.ensure(plan.marks());
            } else {
                ReplyRoutes.remove(plan.marks());
            }
            SelfCheck.run(plan);
        } catch (RuntimeException failure) {
            try {
                removeHere(plan);
            } catch (RuntimeException further) {
                failure.addSuppressed(further);
            }
            throw failure;
        }
    }

    private static void removeHere(InterceptionPlan plan) {
        Nft.run(RuleText.REMOVAL);
        ReplyRoutes.remove(plan.marks());
        PassthroughAddress.remove();
    }

    private static void inside(NetNs namespace, Runnable task) {
        try (NamespaceThread thread = new NamespaceThread("capture")) {
            thread.<@org.jspecify.annotations.Nullable Void>call(namespace, () -> {
                task.run();
                return null;
            });
        }
    }
}
