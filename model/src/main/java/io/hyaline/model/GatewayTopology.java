package io.hyaline.model;

/** What stands in front of the gateways; {@code forwardClientCertDetails} is empty when not set. */
public record GatewayTopology(int numTrustedProxies, String forwardClientCertDetails, boolean proxyProtocol) {
    public static final GatewayTopology NONE = new GatewayTopology(0, "", false);

    /** What one gateway says of itself goes before what the mesh says of all. */
    public GatewayTopology over(GatewayTopology mesh) {
        return new GatewayTopology(
                numTrustedProxies == 0 ? mesh.numTrustedProxies : numTrustedProxies,
                forwardClientCertDetails.isEmpty() ? mesh.forwardClientCertDetails : forwardClientCertDetails,
                proxyProtocol || mesh.proxyProtocol);
    }
}
