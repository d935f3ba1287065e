package io.hyaline.model;

/** What stands in front of the gateways; {@code forwardClientCertDetails} is empty when not set. */
public record GatewayTopology(int numTrustedProxies, String forwardClientCertDetails, boolean proxyProtocol) {
    public static final GatewayTopology NONE = new GatewayTopology(0, "", false);
}
