package io.hyaline.runtime.sidecar;

import io.hyaline.runtime.sandbox.ContainerRequest;

/** Recognises Istio's proxy image, whatever registry and tag it is named with. */
final class ProxyImage {

    private ProxyImage() {}

    /** A container that carries its pod's traffic. */
    static boolean isSidecar(ContainerRequest request) {
        return is(request) && request.argv().contains("proxy") && request.argv().contains("sidecar");
    }

    /** A gateway: nothing is captured for it, clients call it by its own address. */
    static boolean isRouter(ContainerRequest request) {
        return is(request) && request.argv().contains("proxy") && request.argv().contains("router");
    }

    static boolean is(ContainerRequest request) {
        String image = request.spec().getImage();
        return image != null && image.matches("(.*/)?(istio|istio-release)/proxyv2([:@].*)?");
    }
}
