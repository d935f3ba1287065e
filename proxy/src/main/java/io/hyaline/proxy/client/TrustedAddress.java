package io.hyaline.proxy.client;

import io.hyaline.proxy.client.ClientAddress.Origin;
import io.hyaline.proxy.client.ClientAddress.Voucher;
import io.hyaline.proxy.match.Cidr;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's decision who is calling, for one request.
 *
 * @param client the address that log and policy see
 * @param appendToXff what to append to x-forwarded-for; null appends nothing
 * @param internal the request may send x-envoy-* headers
 * @param edge the request comes from outside, and the header x-envoy-external-address names the client
 */
public record TrustedAddress(ClientAddress client, @Nullable String appendToXff, boolean internal, boolean edge) {

    /** What is configured about trust. */
    public record Rules(boolean useRemoteAddress, int trustedHops, boolean skipXffAppend, List<Cidr> internal) {}

    /**
     * Decides.
     *
     * @param xff the joined header as received
     * @param connection what the connection says
     * @param nodeAddress the proxy's own address, written in place of 127.0.0.1
     */
    public static TrustedAddress decide(
            Rules rules, @Nullable String xff, ClientAddress connection, @Nullable InetAddress nodeAddress) {
        boolean empty = xff == null || xff.isEmpty();
        if (!rules.useRemoteAddress()) {
            InetAddress found = ForwardedFor.fromRight(xff, rules.trustedHops());
            boolean single = rules.trustedHops() == 0 && ForwardedFor.single(xff);
            boolean internal = single && found != null && Cidr.anyContains(rules.internal(), found);
            return new TrustedAddress(found == null ? connection : named(found, rules), null, internal, false);
        }
        InetAddress found =
                rules.trustedHops() > 0 ? ForwardedFor.fromRight(xff, rules.trustedHops() - 1) : connection.address();
        ClientAddress client = found == null || rules.trustedHops() == 0 ? connection : named(found, rules);
        boolean internal = empty && Cidr.anyContains(rules.internal(), client.address());
        return new TrustedAddress(
                client, rules.skipXffAppend() ? null : appended(connection, nodeAddress), internal, !internal);
    }

    private static ClientAddress named(InetAddress address, Rules rules) {
        return new ClientAddress(
                address, 0, Origin.X_FORWARDED_FOR, rules.trustedHops() > 0 ? Voucher.TRUSTED_HOPS : Voucher.NOBODY);
    }

    private static String appended(ClientAddress connection, @Nullable InetAddress nodeAddress) {
        String own = connection.addressText();
        return nodeAddress != null && (own.equals("127.0.0.1") || own.equals("::1"))
                ? ClientAddress.text(nodeAddress)
                : own;
    }
}
