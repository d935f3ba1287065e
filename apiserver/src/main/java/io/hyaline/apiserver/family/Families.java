package io.hyaline.apiserver.family;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Decides which families a Service has and which of its addresses are to be given out, as kube-apiserver does. */
public final class Families {
    private static final String POLICY = "spec.ipFamilyPolicy";

    private final Addressing asked;
    private final @Nullable Addressing before;
    private final List<Family> configured;
    private final List<FieldError> errors = new ArrayList<>();

    /** What comes of a wish. */
    public sealed interface Decision {
        /**
         * @param firstNew addresses from this index on, up to the number of families, are to be claimed or, where there is
         *     none yet, chosen
         */
        record Settled(Addressing addressing, int firstNew) implements Decision {}

        record Refused(List<FieldError> errors) implements Decision {}
    }

    private Families(Addressing asked, @Nullable Addressing before, List<Family> configured) {
        this.asked = asked;
        this.before = before;
        this.configured = configured;
    }

    /**
     * Decides about one state of a Service.
     *
     * @param before the state that it replaces; null for a new Service
     * @param configured families of the cluster's ranges, the primary one first
     */
    public static Decision decide(Addressing after, @Nullable Addressing before, List<Family> configured) {
        Addressing linked = Linked.of(after, before);
        // Neither grows nor shrinks because the cluster's ranges have changed: somebody has to ask for it.
        if (linked.isNamed() || (before != null && prefersAsBefore(linked, before))) {
            return new Decision.Settled(linked, linked.families().size());
        }
        return new Families(linked, before, configured).decide();
    }

    private static boolean prefersAsBefore(Addressing after, Addressing before) {
        return after.type().equals(before.type())
                && after.policy().equals(Addressing.PREFER)
                && (before.policy().isEmpty() || before.policy().equals(Addressing.PREFER))
                && after.all().equals(before.all())
                && after.families().equals(before.families());
    }

    private Decision decide() {
        Addressing addressing = asked.withPolicy(policy());
        errors.addAll(FamilyRules.check(addressing));
        if (errors.isEmpty()) {
            addressing = downgraded(addressing);
            tooManyForSingle(addressing);
            addressing = inferred(addressing);
        }
        if (errors.isEmpty()) {
            addressing = complete(addressing);
        }
        return errors.isEmpty() ? new Decision.Settled(addressing, firstNew(addressing)) : new Decision.Refused(errors);
    }

    private String policy() {
        if (!asked.policy().isEmpty()) {
            return asked.policy();
        }
        if (before != null && !before.policy().isEmpty()) {
            return before.policy();
        }
        return isFree(asked) ? Addressing.REQUIRE : Addressing.SINGLE;
    }

    /** Headless and without a selector: its endpoints are somebody else's, of whatever family. */
    private static boolean isFree(Addressing addressing) {
        return addressing.asksForNone() && !addressing.selects();
    }

    /** Whoever sets SingleStack and nothing else wants the second address to go. */
    private Addressing downgraded(Addressing addressing) {
        if (before == null) {
            return addressing;
        }
        List<String> all = addressing.all();
        List<String> families = addressing.families();
        if (addressing.isSingle()) {
            return addressing
                    .withAddresses(addressing.first(), all.equals(before.all()) ? firstOf(all) : all)
                    .withFamilies(families.equals(before.families()) ? firstOf(families) : families);
        }
        if (!all.isEmpty() && all.size() < before.all().size()) {
            policyError(addressing, "must be 'SingleStack' to release the secondary cluster IP");
        }
        if (!families.isEmpty() && families.size() < before.families().size()) {
            policyError(addressing, "must be 'SingleStack' to release the secondary IP family");
        }
        return addressing;
    }

    private static List<String> firstOf(List<String> texts) {
        return texts.stream().limit(1).toList();
    }

    private void tooManyForSingle(Addressing addressing) {
        String problem = "must be 'RequireDualStack' or 'PreferDualStack' when multiple %s are specified";
        if (addressing.isSingle() && addressing.all().size() == 2) {
            policyError(addressing, problem.formatted("cluster IPs"));
        }
        if (addressing.isSingle() && addressing.families().size() == 2) {
            policyError(addressing, problem.formatted("IP families"));
        }
    }

    private void policyError(Addressing addressing, String problem) {
        errors.add(FieldError.invalid(POLICY, addressing.policy(), problem));
    }

    /** Addresses say of which family they are. */
    private Addressing inferred(Addressing addressing) {
        if (addressing.all().contains(Addressing.NONE)) {
            return addressing;
        }
        List<String> families = new ArrayList<>(addressing.families());
        for (int i = families.size(); i < addressing.all().size(); i++) {
            Family family =
                    Objects.requireNonNull(Ip.parse(addressing.all().get(i))).family();
            if (configured.contains(family)) {
                families.add(family.toString());
            } else {
                errors.add(FieldError.invalid(
                        "spec.clusterIPs[" + i + "]", addressing.all(), family + " is not configured on this cluster"));
            }
        }
        return addressing.withFamilies(families);
    }

    private Addressing complete(Addressing addressing) {
        boolean free = isFree(addressing);
        if (!free) {
            notConfigured(addressing);
        }
        List<String> families =
                addressing.families().isEmpty() ? List.of(configured.getFirst().toString()) : addressing.families();
        boolean second = families.size() == 1 && !addressing.isSingle() && (free || configured.size() == 2);
        return addressing.withFamilies(second ? List.of(families.getFirst(), other(families.getFirst())) : families);
    }

    private static String other(String family) {
        return (family.equals(Family.IPV4.toString()) ? Family.IPV6 : Family.IPV4).toString();
    }

    private void notConfigured(Addressing addressing) {
        if (addressing.policy().equals(Addressing.REQUIRE) && configured.size() < 2) {
            policyError(addressing, "this cluster is not configured for dual-stack services");
        }
        List<String> known = configured.stream().map(Family::toString).toList();
        for (int i = 0; i < addressing.families().size(); i++) {
            String family = addressing.families().get(i);
            if (!known.contains(family)) {
                errors.add(FieldError.invalid("spec.ipFamilies[" + i + "]", family, "not configured on this cluster"));
            }
        }
    }

    /** A Service that has its addresses keeps them: an update gives out the second one at most. */
    private int firstNew(Addressing addressing) {
        int families = addressing.families().size();
        if (addressing.isHeadless()) {
            return families;
        }
        if (before == null || before.isNamed()) {
            return 0;
        }
        boolean upgraded = !before.isHeadless() && before.families().size() == 1 && families == 2;
        return upgraded ? 1 : families;
    }
}
