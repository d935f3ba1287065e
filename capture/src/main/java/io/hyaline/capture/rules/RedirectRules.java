package io.hyaline.capture.rules;

import static io.hyaline.capture.rules.Chains.quoted;
import static io.hyaline.capture.rules.Chains.set;

import io.hyaline.capture.plan.Cidr;
import io.hyaline.capture.plan.InboundCapture;
import io.hyaline.capture.plan.InterceptionMode;
import io.hyaline.capture.plan.InterceptionPlan;
import io.hyaline.capture.plan.OutboundCapture;
import io.hyaline.capture.plan.Profile;
import io.hyaline.capture.rules.Chains.Chain;
import java.util.ArrayList;
import java.util.List;

/** Address translation: outbound in both modes, inbound in REDIRECT mode. */
final class RedirectRules {

    /** The proxy's hop to its application, and probes forwarded to it, come from here and pass untouched. */
    static final String PASSTHROUGH_V4 = "127.0.0.6";

    static final String PASSTHROUGH_V6 = "::6";

    private final InterceptionPlan plan;
    private final String toOutbound;
    private final String toInbound;

    RedirectRules(InterceptionPlan plan) {
        this.plan = plan;
        toOutbound = "meta l4proto tcp redirect to :" + plan.ports().outbound();
        toInbound = "meta l4proto tcp redirect to :" + plan.ports().inbound();
    }

    void write(Chains chains) {
        Chain inbound = null;
        if (plan.mode() == InterceptionMode.REDIRECT && !(plan.inbound() instanceof InboundCapture.Nothing)) {
            inbound = chains.chain("inbound-redirect");
            neverInbound(plan, inbound);
            switch (plan.inbound()) {
                case InboundCapture.AllExcept _ -> inbound.rule(toInbound);
                case InboundCapture.Only only ->
                    inbound.rule(
                            "tcp dport",
                            only.ports(),
                            "redirect to :" + plan.ports().inbound());
                case InboundCapture.Nothing _ -> {}
            }
        }
        Chain prerouting = chains.base("nat-prerouting", "type nat hook prerouting priority -100; policy accept;");
        reroutedInterfaces(prerouting);
        quoted(plan.interfaces().untouched()).forEach(name -> prerouting.rule("iifname " + name + " return"));
        if (inbound != null) {
            prerouting.rule("meta l4proto tcp jump inbound-redirect");
        }
        output(chains.base("nat-output", "type nat hook output priority -100; policy accept;"));
    }

    /** Ports of the proxy itself, and what the plan excludes. */
    static void neverInbound(InterceptionPlan plan, Chain chain) {
        List<Integer> ports = new ArrayList<>();
        ports.add(plan.ports().tunnel());
        ports.addAll(InboundCapture.PROXY_OWN_PORTS);
        if (plan.inbound() instanceof InboundCapture.AllExcept all) {
            ports.addAll(all.excluded());
        }
        chain.rule("tcp dport", ports.stream().distinct().sorted().toList(), "return");
    }

    /** What a virtual machine in the pod sends is outbound, although it arrives. */
    private void reroutedInterfaces(Chain prerouting) {
        for (String name : quoted(plan.interfaces().asOutbound())) {
            String from = "iifname " + name + " ";
            if (plan.outbound().allRanges()) {
                prerouting.rule(from + toOutbound);
            }
            for (Cidr range : plan.outbound().ranges()) {
                prerouting.rule(from + to(range) + " " + toOutbound);
            }
            prerouting.rule(from + "return");
        }
    }

    private void output(Chain output) {
        OutboundCapture outbound = plan.outbound();
        quoted(plan.interfaces().untouched()).forEach(name -> output.rule("oifname " + name + " return"));
        output.rule("tcp dport", outbound.excludedPorts(), "return");
        output.rule("udp dport", outbound.excludedPorts(), "return");
        output.rule("oifname \"lo\" ip saddr " + PASSTHROUGH_V4 + " return");
        output.rule("oifname \"lo\" ip6 saddr " + PASSTHROUGH_V6 + " return");
        proxyItself(output);
        output.rule("meta skgid", outbound.groups().excluded(), "return");
        if (!outbound.groups().included().isEmpty()) {
            output.rule("meta skgid != " + set(outbound.groups().included()) + " return");
        }
        if (plan.dns()) {
            output.rule("udp dport 53 redirect to :" + plan.ports().dns());
            output.rule("tcp dport 53 redirect to :" + plan.ports().dns());
        }
        output.rule("ip daddr " + outbound.loopback().text() + " return");
        output.rule("ip6 daddr ::1 return");
        for (Cidr range : outbound.excludedRanges()) {
            output.rule(to(range) + " return");
        }
        output.rule(
                "tcp dport",
                outbound.includedPorts(),
                "redirect to :" + plan.ports().outbound());
        for (Cidr range : outbound.ranges()) {
            output.rule(to(range) + " " + toOutbound);
        }
        if (outbound.allRanges()) {
            output.rule(toOutbound);
        }
    }

    /** What the proxy sends goes out, except a call to its own pod, which has to enter through its inbound side. */
    private void proxyItself(Chain output) {
        int mark = plan.marks().outbound();
        if (plan.mode() == InterceptionMode.REDIRECT) {
            selfCall(output, "meta mark " + mark);
            if (plan.profile() == Profile.KUBERNETES) {
                plan.owners().uids().forEach(uid -> selfCall(output, "meta skuid " + uid));
                plan.owners().gids().forEach(gid -> selfCall(output, "meta skgid " + gid));
            }
        } else {
            output.rule("meta mark " + plan.marks().transparent() + " return");
        }
        output.rule("meta mark " + mark + " return");
        if (plan.profile() == Profile.KUBERNETES) {
            output.rule("meta skuid", plan.owners().uids(), "return");
            output.rule("meta skgid", plan.owners().gids(), "return");
        }
        if (!plan.outbound().capturesLoopback()) {
            output.rule(plan.dns() ? "oifname \"lo\" tcp dport != 53 return" : "oifname \"lo\" return");
        }
    }

    private void selfCall(Chain output, String proxy) {
        String port = plan.dns()
                ? "tcp dport != { 53, " + plan.ports().tunnel() + " }"
                : "tcp dport != " + plan.ports().tunnel();
        String inbound = " redirect to :" + plan.ports().inbound();
        String loopback = plan.outbound().loopback().text();
        output.rule("oifname \"lo\" " + proxy + " ip daddr != " + loopback + " " + port + inbound);
        output.rule("oifname \"lo\" " + proxy + " ip6 daddr != ::1 " + port + inbound);
    }

    private static String to(Cidr range) {
        return (range.ipv6() ? "ip6 daddr " : "ip daddr ") + range.text();
    }
}
