package io.hyaline.pilot.route;

import io.hyaline.model.VirtualService;
import io.hyaline.model.host.Hosts;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The VirtualServices that hold for a sidecar.
 *
 * @param all bound to the mesh and visible, with delegates in their place, oldest first
 */
public record MeshServices(List<VirtualService> all) {
    public static final MeshServices NONE = new MeshServices(List.of());

    public MeshServices {
        all = List.copyOf(all);
    }

    /** The one whose host names it most closely; of several the oldest. Null if none says what is asked for. */
    public @Nullable VirtualService of(String host, Predicate<VirtualService> says) {
        VirtualService best = null;
        String closest = "";
        for (VirtualService service : all) {
            String pattern = says.test(service) ? closest(service, host) : "";
            if (!pattern.isEmpty() && (best == null || Hosts.CLOSENESS.compare(pattern, closest) > 0)) {
                best = service;
                closest = pattern;
            }
        }
        return best;
    }

    private static String closest(VirtualService service, String host) {
        return service.hosts().stream()
                .filter(pattern -> Hosts.isWithin(host, pattern))
                .max(Hosts.CLOSENESS)
                .orElse("");
    }
}
