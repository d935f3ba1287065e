package io.hyaline.capture.rules;

import io.hyaline.capture.plan.InterceptionPlan;

/**
 * The whole rule set of a pod as one nftables transaction: what stood before is replaced in the same step.
 *
 * <p>The order of the rules is that of Istio's iptables chains. Where Istio asks for the proxy's user, these rules ask
 * for the socket's mark, which an application cannot set.
 */
public final class RuleText {

    /** The one table, family inet, that holds every rule of ours. */
    public static final String TABLE = "hyaline-capture";

    /** A transaction that leaves nothing of ours, whether or not something was there. */
    public static final String REMOVAL = "table inet " + TABLE + "\ndelete table inet " + TABLE + "\n";

    private RuleText() {}

    public static String of(InterceptionPlan plan) {
        Chains chains = new Chains();
        new RedirectRules(plan).write(chains);
        switch (plan.mode()) {
            case TPROXY -> new TproxyRules(plan).write(chains);
            case REDIRECT, NONE -> {}
        }
        if (plan.dropInvalid()) {
            chains.base("drop-invalid", "type filter hook prerouting priority -151; policy accept;")
                    .rule("ct state invalid drop");
        }
        if (plan.dns()) {
            DnsZoneRules.write(plan, chains);
        }
        return REMOVAL + chains.table(TABLE);
    }
}
