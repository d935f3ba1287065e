package io.hyaline.runtime.net;

import io.hyaline.linux.UserIds;
import java.util.HashMap;
import java.util.Map;

/** Kernel switches of the namespaces that we make, below /proc/sys/net. */
final class Switches {

    private static final long LAST_GROUP = 2147483647;

    /** Of every namespace: what TPROXY needs and what a pod expects. */
    private static final Map<String, String> NAMESPACE = Map.of(
            "ipv4/conf/all/rp_filter", "0",
            "ipv4/conf/default/rp_filter", "0",
            "ipv4/conf/all/src_valid_mark", "0",
            "ipv4/conf/default/src_valid_mark", "0",
            "ipv4/tcp_fwmark_accept", "0",
            "ipv4/ip_local_port_range", "32768 60999");

    /**
     * Of IPv6: nobody but this program hands out addresses and routes, and an address works at once. A router would tell pods
     * of a way around the rules of their node, and there is no switch against that, only one against listening.
     */
    private static final Map<String, String> NAMESPACE_V6 = Map.of(
            "disable_ipv6", "0",
            "accept_dad", "0",
            "accept_ra", "0",
            "autoconf", "0",
            "router_solicitations", "0",
            "accept_redirects", "0");

    /** Redirects would teach pods a way around the rules of their node. */
    private static final Map<String, String> ROUTER = Map.of(
            "ipv4/ip_forward", "1", "ipv4/conf/all/send_redirects", "0", "ipv4/conf/default/send_redirects", "0");

    /**
     * Where the kernel has br_netfilter, it would rewrite service addresses inside the bridge and send the packet on from
     * there, past the rules that change sources.
     */
    static final Map<String, String> BRIDGE = Map.of(
            "bridge/bridge-nf-call-iptables", "0",
            "bridge/bridge-nf-call-ip6tables", "0",
            "bridge/bridge-nf-call-arptables", "0");

    private Switches() {}

    /** Of every namespace. */
    static Map<String, String> namespace(AddressPlan plan) {
        Map<String, String> all = new HashMap<>(NAMESPACE);
        if (plan.of(Ip.V6).isPresent()) {
            NAMESPACE_V6.forEach((key, value) -> {
                all.put("ipv6/conf/all/" + key, value);
                all.put("ipv6/conf/default/" + key, value);
            });
        }
        return all;
    }

    /** Of those that hand packets on. */
    static Map<String, String> router(AddressPlan plan) {
        Map<String, String> all = new HashMap<>(namespace(plan));
        all.putAll(ROUTER);
        if (plan.of(Ip.V6).isPresent()) {
            all.put("ipv6/conf/all/forwarding", "1");
        }
        return all;
    }

    /** Of the load balancer's: answers that pass it come from addresses that it has itself. */
    static Map<String, String> balancer(AddressPlan plan) {
        Map<String, String> all = new HashMap<>(router(plan));
        all.put("ipv4/conf/all/accept_local", "1");
        return all;
    }

    /** Of a pod's: it may listen on any port and ping without a capability, as under containerd. */
    static Map<String, String> pod(AddressPlan plan, UserIds ids) {
        Map<String, String> all = new HashMap<>(namespace(plan));
        all.put("ipv4/ip_unprivileged_port_start", "0");
        all.put("ipv4/ping_group_range", "0 " + Math.min(ids.last(), LAST_GROUP));
        return all;
    }
}
