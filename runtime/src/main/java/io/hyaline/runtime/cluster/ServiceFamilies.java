package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.api.model.Service;
import io.hyaline.runtime.net.Ip;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** In which address families a Service is served. */
public final class ServiceFamilies {

    private ServiceFamilies() {}

    /** Its families, the primary one first; empty when neither ipFamilies nor an address says. */
    public static List<Ip> of(Service service) {
        List<String> named = Objects.requireNonNullElse(service.getSpec().getIpFamilies(), List.of());
        List<Ip> families = named.stream()
                .flatMap(name -> Arrays.stream(Ip.values()).filter(f -> f.api().equals(name)))
                .toList();
        return families.isEmpty()
                ? addresses(service).stream()
                        .flatMap(a -> Ip.of(a).stream())
                        .distinct()
                        .toList()
                : families;
    }

    /** Its ClusterIPs as the API has them, the primary one first; empty for a Service without one. */
    public static List<String> addresses(Service service) {
        List<String> all =
                new ArrayList<>(Objects.requireNonNullElse(service.getSpec().getClusterIPs(), List.of()));
        if (all.isEmpty() && service.getSpec().getClusterIP() != null) {
            all.add(service.getSpec().getClusterIP());
        }
        all.removeIf(a -> a.isEmpty() || a.equals("None"));
        return all;
    }
}
