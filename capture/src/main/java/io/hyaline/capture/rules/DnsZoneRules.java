package io.hyaline.capture.rules;

import io.hyaline.capture.plan.InterceptionPlan;

/** Two conntrack zones, so that the proxy's query to a resolver is not taken for the application's redirected one. */
final class DnsZoneRules {

    private DnsZoneRules() {}

    static void write(InterceptionPlan plan, Chains chains) {
        int mark = plan.marks().outbound();
        chains.base("raw-output", "type filter hook output priority -300; policy accept;")
                .rule("meta mark " + mark + " udp dport 53 ct zone set 1 return")
                .rule("udp sport " + plan.ports().dns() + " ct zone set 2")
                .rule("udp dport 53 ct zone set 2");
        chains.base("raw-prerouting", "type filter hook prerouting priority -300; policy accept;")
                .rule("udp sport 53 ct zone set 1");
    }
}
