package io.hyaline.proxy.listen;

import io.hyaline.proxy.http.HcmPlan;
import io.hyaline.proxy.listen.ListenerPlan.Chain;
import io.hyaline.proxy.listen.ListenerPlan.Network;

/** Whether a changed filter chain takes over the connections of the one before, or lets them drain. */
final class Adoption {

    private Adoption() {}

    /**
     * True when a connection of {@code before} would have come to {@code after} in the same way, and has taken nothing from
     * {@code before} that {@code after} has otherwise: it can obey the new one with its next request.
     */
    static boolean possible(Chain before, Chain after) {
        return before.name().equals(after.name())
                && before.match().equals(after.match())
                && before.transport().equals(after.transport())
                && before.handshakeTimeout().equals(after.handshakeTimeout())
                && before.network() instanceof Network.Http(HcmPlan old)
                && after.network() instanceof Network.Http(HcmPlan young)
                && old.keepsConnectionsFor(young);
    }
}
