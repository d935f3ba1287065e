package io.hyaline.pilot.check;

import io.hyaline.objects.istio.EnvoyFilterSpec;
import io.hyaline.objects.istio.EnvoyFilterSpec.ApplyTo;
import io.hyaline.objects.istio.EnvoyFilterSpec.Operation;
import io.hyaline.pilot.patch.PatchValues;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** EnvoyFilters. */
final class EnvoyFilterCheck {
    private static final Set<Operation> RELATIVE = Set.of(Operation.INSERT_BEFORE, Operation.INSERT_AFTER);

    private final Faults faults;

    EnvoyFilterCheck(Faults faults) {
        this.faults = faults;
    }

    void check(EnvoyFilterSpec spec) {
        if (spec.workloadSelector() != null) {
            faults.labels("spec.workloadSelector", spec.workloadSelector().labels());
        }
        if (!spec.targetRefs().isEmpty()) {
            faults.error("spec.targetRefs", "not supported; select by workloadSelector");
        }
        if (spec.configPatches().isEmpty()) {
            faults.warn("spec.configPatches", "Envoy filter: no patches: it has no effect");
        }
        for (int i = 0; i < spec.configPatches().size(); i++) {
            patch(spec.configPatches().get(i), "spec.configPatches[" + i + "]");
        }
    }

    private void patch(EnvoyFilterSpec.ConfigPatch patch, String path) {
        ApplyTo applyTo = patch.applyTo();
        if (applyTo == null || applyTo == ApplyTo.INVALID) {
            faults.error(path + ".applyTo", "Envoy filter: missing applyTo");
        }
        EnvoyFilterSpec.Patch change = patch.patch();
        Operation operation = change == null ? null : change.operation();
        if (change == null) {
            faults.error(path + ".patch", "Envoy filter: missing patch");
        } else if (operation == null || operation == Operation.INVALID) {
            faults.error(path + ".patch.operation", "Envoy filter: missing patch operation");
        } else if (operation != Operation.REMOVE && change.value() == null) {
            faults.error(path + ".patch.value", "Envoy filter: missing patch value for non-remove operation");
        }
        EnvoyFilterSpec.Match match = patch.match();
        if (match != null && match.proxy() != null) {
            faults.pattern(path + ".match.proxy.proxyVersion", match.proxy().proxyVersion());
        }
        if (applyTo != null && applyTo != ApplyTo.INVALID && change != null) {
            value(applyTo, change, path);
            relative(applyTo, operation, match, path);
        }
    }

    private void value(ApplyTo applyTo, EnvoyFilterSpec.Patch change, String path) {
        String json = change.value() == null ? "{}" : change.value().toString();
        String complaint = PatchValues.complaint(io.hyaline.model.envoyfilter.ApplyTo.valueOf(applyTo.name()), json);
        if (!complaint.isEmpty()) {
            faults.error(path + ".patch.value", "Envoy filter: " + complaint);
        }
    }

    /** Before or after what? */
    private void relative(
            ApplyTo applyTo, @Nullable Operation operation, EnvoyFilterSpec.@Nullable Match match, String path) {
        boolean filters = applyTo == ApplyTo.NETWORK_FILTER || applyTo == ApplyTo.HTTP_FILTER;
        boolean named = match != null
                && match.listener() != null
                && match.listener().filterChain() != null
                && match.listener().filterChain().filter() != null;
        if (filters && operation != null && RELATIVE.contains(operation) && !named) {
            faults.warn(
                    path + ".match",
                    operation + " without a filter in match.listener.filterChain: it has no place," + " and no effect");
        }
    }
}
