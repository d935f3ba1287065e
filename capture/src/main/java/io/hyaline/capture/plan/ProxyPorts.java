package io.hyaline.capture.plan;

/** Where the proxy listens inside the pod. */
public record ProxyPorts(int outbound, int inbound, int tunnel, int dns, int probe) {

    public static final ProxyPorts DEFAULT = new ProxyPorts(15001, 15006, 15008, 15053, 15002);
}
