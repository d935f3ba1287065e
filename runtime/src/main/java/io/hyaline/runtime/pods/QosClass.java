package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A pod's quality of service class. */
final class QosClass {

    private QosClass() {}

    static String of(PodSpec spec) {
        List<Container> containers = new ArrayList<>(spec.getContainers());
        if (spec.getInitContainers() != null) {
            containers.addAll(spec.getInitContainers());
        }
        boolean any = false;
        boolean guaranteed = true;
        for (Container container : containers) {
            var resources = container.getResources();
            Map<String, Quantity> limits = orEmpty(resources == null ? null : resources.getLimits());
            Map<String, Quantity> requests = orEmpty(resources == null ? null : resources.getRequests());
            any |= !limits.isEmpty() || !requests.isEmpty();
            for (String name : List.of("cpu", "memory")) {
                Quantity limit = limits.get(name);
                Quantity request = requests.getOrDefault(name, limit);
                guaranteed &= limit != null && limit.equals(request);
            }
        }
        if (!any) {
            return "BestEffort";
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    private static Map<String, Quantity> orEmpty(@Nullable Map<String, Quantity> quantities) {
        return quantities == null ? Map.of() : quantities;
    }
}
