package io.hyaline.capture.rules;

import static io.hyaline.capture.rules.Chains.quoted;
import static io.hyaline.capture.rules.RedirectRules.PASSTHROUGH_V4;
import static io.hyaline.capture.rules.RedirectRules.PASSTHROUGH_V6;

import io.hyaline.capture.plan.InboundCapture;
import io.hyaline.capture.plan.InterceptionPlan;
import io.hyaline.capture.plan.Profile;
import io.hyaline.capture.rules.Chains.Chain;

/**
 * Inbound without address translation.
 *
 * <p>The proxy accepts on the application's own address; its spoofed connection to the application is remembered by
 * conntrack, so that the application's replies get the mark again and are routed back to the proxy.
 */
final class TproxyRules {

    private final InterceptionPlan plan;
    private final int transparent;
    private final int outbound;

    TproxyRules(InterceptionPlan plan) {
        this.plan = plan;
        transparent = plan.marks().transparent();
        outbound = plan.marks().outbound();
    }

    void write(Chains chains) {
        boolean inbound = !(plan.inbound() instanceof InboundCapture.Nothing);
        chains.chain("divert").rule("meta mark set " + transparent).rule("accept");
        chains.chain("transparent")
                .rule("ip daddr != " + plan.outbound().loopback().text() + " meta l4proto tcp " + assign("ip"))
                .rule("ip6 daddr != ::1 meta l4proto tcp " + assign("ip6"));
        if (inbound) {
            inbound(chains.chain("inbound-tproxy"));
        }
        Chain prerouting =
                chains.base("mangle-prerouting", "type filter hook prerouting priority -150; policy accept;");
        quoted(plan.interfaces().untouched()).forEach(name -> prerouting.rule("iifname " + name + " return"));
        if (inbound) {
            prerouting.rule("meta l4proto tcp jump inbound-tproxy");
        }
        prerouting.rule("meta l4proto tcp meta mark " + transparent + " ct mark set meta mark");
        output(chains.base("mangle-output", "type route hook output priority -150; policy accept;"));
    }

    private String assign(String family) {
        return "tproxy " + family + " to :" + plan.ports().inbound() + " meta mark set " + transparent + " accept";
    }

    private void inbound(Chain chain) {
        chain.rule("meta mark " + transparent + " return");
        chain.rule("iifname \"lo\" ip saddr " + PASSTHROUGH_V4 + " return");
        chain.rule("iifname \"lo\" ip6 saddr " + PASSTHROUGH_V6 + " return");
        chain.rule("iifname \"lo\" meta mark != " + outbound + " return");
        RedirectRules.neverInbound(plan, chain);
        switch (plan.inbound()) {
            case InboundCapture.AllExcept _ ->
                chain.rule("ct state related,established jump divert").rule("jump transparent");
            case InboundCapture.Only only ->
                chain.rule("tcp dport", only.ports(), "ct state related,established jump divert")
                        .rule("tcp dport", only.ports(), "jump transparent");
            case InboundCapture.Nothing _ -> {}
        }
    }

    private void output(Chain output) {
        quoted(plan.interfaces().untouched()).forEach(name -> output.rule("oifname " + name + " return"));
        output.rule("oifname \"lo\" meta l4proto tcp meta mark " + transparent + " return");
        if (plan.profile() == Profile.KUBERNETES) {
            plan.owners().uids().forEach(uid -> selfCall(output, "meta skuid " + uid));
            plan.owners().gids().forEach(gid -> selfCall(output, "meta skgid " + gid));
        }
        output.rule("meta l4proto tcp ct mark " + transparent + " meta mark set ct mark");
    }

    private void selfCall(Chain output, String proxy) {
        String lo = "oifname \"lo\" meta l4proto tcp " + proxy;
        output.rule(lo + " ip daddr != " + plan.outbound().loopback().text() + " meta mark set " + outbound);
        output.rule(lo + " ip6 daddr != ::1 meta mark set " + outbound);
    }
}
