package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import java.util.List;

/** Environment variables may refer to the pod's address before its status has been published. */
final class PodAddress {

    private PodAddress() {}

    static Pod show(Pod pod, List<String> addresses, List<String> hostAddresses) {
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withPodIP(addresses.getFirst())
                .withPodIPs(addresses.stream().map(PodIP::new).toList())
                .withHostIP(hostAddresses.getFirst())
                .withHostIPs(hostAddresses.stream().map(HostIP::new).toList())
                .endStatus()
                .build();
    }
}
