package io.hyaline.model.envoyfilter;

/** Which side of which proxy a patch is for; the names are Istio's. */
public enum PatchContext {
    ANY,
    SIDECAR_INBOUND,
    SIDECAR_OUTBOUND,
    GATEWAY,
    WAYPOINT;

    public boolean covers(PatchContext actual) {
        return this == ANY || this == actual;
    }
}
