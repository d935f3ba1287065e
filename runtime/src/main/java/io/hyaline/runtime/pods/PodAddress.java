package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;

/** Environment variables may refer to the pod's address before its status has been published. */
final class PodAddress {

    private PodAddress() {}

    static Pod show(Pod pod, String address, String hostAddress) {
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withPodIP(address)
                .withPodIPs(new PodIP(address))
                .withHostIP(hostAddress)
                .endStatus()
                .build();
    }
}
