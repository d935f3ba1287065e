package io.hyaline.pilot.scope;

import io.hyaline.model.Credential;
import io.hyaline.model.DestinationRule;
import io.hyaline.model.Gateway;
import io.hyaline.model.MeshSnapshot;
import io.hyaline.model.ObjectKey;
import io.hyaline.model.ProxyNode;
import io.hyaline.model.Service;
import io.hyaline.model.VirtualService;
import io.hyaline.model.Workload;
import io.hyaline.pilot.route.Delegates;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What lies between two snapshots, looked at once for all proxies.
 *
 * @param mesh whether the settings of the whole mesh are others
 * @param pods that are new, different or gone
 * @param virtualServices with their delegates in place
 * @param credentials secrets of which something else is told
 * @param policies whether there are other PeerAuthentications
 * @param filters whether there are other EnvoyFilters
 * @param sidecars whether there are other Sidecars
 */
public record Changes(
        boolean mesh,
        Set<ObjectKey> pods,
        List<Changed<Service>> services,
        List<Moved> moved,
        List<Changed<VirtualService>> virtualServices,
        List<Changed<DestinationRule>> rules,
        List<Changed<Gateway>> gateways,
        Set<ObjectKey> credentials,
        boolean policies,
        boolean filters,
        boolean sidecars) {

    public static Changes between(MeshSnapshot before, MeshSnapshot after) {
        List<VirtualService> said = before.traffic().virtualServices();
        List<VirtualService> says = after.traffic().virtualServices();
        return new Changes(
                !before.mesh().equals(after.mesh()),
                keys(
                        Changed.between(
                                before.workloads().values(), after.workloads().values(), Workload::key),
                        Workload::key),
                Changed.between(before.services().values(), after.services().values(), Service::key),
                Moved.between(before, after),
                said.equals(says)
                        ? List.of()
                        : Changed.between(Delegates.inPlace(said), Delegates.inPlace(says), VirtualService::key),
                Changed.between(
                        before.traffic().destinationRules(), after.traffic().destinationRules(), DestinationRule::key),
                Changed.between(before.traffic().gateways(), after.traffic().gateways(), Gateway::key),
                keys(
                        Changed.between(
                                before.traffic().credentials().values(),
                                after.traffic().credentials().values(),
                                Credential::key),
                        Credential::key),
                !before.peerAuthentications().equals(after.peerAuthentications()),
                !before.envoyFilters().equals(after.envoyFilters()),
                !before.sidecars().equals(after.sidecars()));
    }

    /** What they mean for one proxy. */
    public Work of(MeshSnapshot before, MeshSnapshot after, ProxyNode node) {
        if (mesh || pods.contains(node.pod())) {
            return Work.EVERYTHING;
        }
        return switch (node.kind()) {
            case SIDECAR -> new SidecarWork(this, before, after, node).work();
            case GATEWAY -> new GatewayWork(this, before, after, node).work();
        };
    }

    private static <T> Set<ObjectKey> keys(List<Changed<T>> changed, java.util.function.Function<T, ObjectKey> key) {
        return changed.stream().flatMap(Changed::present).map(key).collect(Collectors.toSet());
    }
}
