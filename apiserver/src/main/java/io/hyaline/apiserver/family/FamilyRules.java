package io.hyaline.apiserver.family;

import io.hyaline.apiserver.address.Family;
import io.hyaline.apiserver.address.Ip;
import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether ClusterIPs, families and policy of one state of a Service go together, whatever the cluster has. */
public final class FamilyRules {
    private static final String ADDRESSES = "spec.clusterIPs";
    private static final int MOST = 2;

    private FamilyRules() {}

    /** What is wrong, in kube-apiserver's words. A Service of type ExternalName has none of these fields. */
    public static List<FieldError> check(Addressing addressing) {
        List<FieldError> errors = new ArrayList<>();
        if (!addressing.isNamed()) {
            singularAndPlural(addressing, errors);
            families(addressing, errors);
            policy(addressing, errors);
            if (areAddresses(addressing, errors)) {
                together(addressing, errors);
            }
        }
        return errors;
    }

    private static void singularAndPlural(Addressing addressing, List<FieldError> errors) {
        List<String> all = addressing.all();
        if (addressing.first().isEmpty()) {
            if (!all.isEmpty()) {
                errors.add(FieldError.invalid(ADDRESSES, all, "must be empty when `clusterIP` is not specified"));
            }
        } else if (all.isEmpty()) {
            errors.add(FieldError.required(ADDRESSES, ""));
        } else if (!all.getFirst().equals(addressing.first())) {
            errors.add(FieldError.invalid(ADDRESSES, all, "first value must match `clusterIP`"));
        }
    }

    private static void families(Addressing addressing, List<FieldError> errors) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < addressing.families().size(); i++) {
            String path = "spec.ipFamilies[" + i + "]";
            String family = addressing.families().get(i);
            if (family(family) == null) {
                errors.add(FieldError.unsupported(path, family, "IPv4", "IPv6"));
            }
            if (!seen.add(family)) {
                errors.add(FieldError.duplicate(path, family));
            }
        }
    }

    private static void policy(Addressing addressing, List<FieldError> errors) {
        Set<String> known = Set.of("", Addressing.SINGLE, Addressing.PREFER, Addressing.REQUIRE);
        if (!known.contains(addressing.policy())) {
            errors.add(FieldError.unsupported(
                    "spec.ipFamilyPolicy",
                    addressing.policy(),
                    Addressing.PREFER,
                    Addressing.REQUIRE,
                    Addressing.SINGLE));
        }
    }

    private static boolean areAddresses(Addressing addressing, List<FieldError> errors) {
        List<String> all = addressing.all();
        boolean good = true;
        for (int i = 0; i < all.size(); i++) {
            String address = all.get(i);
            if (i == 0 && address.equals(Addressing.NONE)) {
                if (all.size() > 1) {
                    good = false;
                    errors.add(FieldError.invalid(ADDRESSES, all, "'None' must be the first and only value"));
                }
            } else if (Ip.parse(address) == null) {
                good = false;
                errors.add(FieldError.invalid(ADDRESSES + "[" + i + "]", address, Ip.COMPLAINT));
            }
        }
        if (all.size() > MOST) {
            errors.add(FieldError.invalid(ADDRESSES, all, "may only hold up to 2 values"));
        }
        return good;
    }

    private static void together(Addressing addressing, List<FieldError> errors) {
        if (addressing.isHeadless()) {
            return;
        }
        List<@Nullable Ip> addresses = new ArrayList<>();
        addressing.all().forEach(text -> addresses.add(Ip.parse(text)));
        if (addresses.size() > 1
                && !(addresses.stream().anyMatch(address -> is(address, Family.IPV4))
                        && addresses.stream().anyMatch(address -> is(address, Family.IPV6)))) {
            errors.add(FieldError.invalid(
                    ADDRESSES, addressing.all(), "may specify no more than one IP for each IP family"));
        }
        int pairs = Math.min(addresses.size(), addressing.families().size());
        for (int i = 0; i < pairs; i++) {
            Family expected = family(addressing.families().get(i));
            if (expected != null && !is(addresses.get(i), expected)) {
                errors.add(FieldError.invalid(
                        ADDRESSES + "[" + i + "]",
                        addressing.all().get(i),
                        "expected an " + expected + " value as indicated by `ipFamilies[" + i + "]`"));
            }
        }
    }

    private static boolean is(@Nullable Ip address, Family family) {
        return address != null && address.family() == family;
    }

    private static @Nullable Family family(String name) {
        for (Family family : Family.values()) {
            if (family.toString().equals(name)) {
                return family;
            }
        }
        return null;
    }
}
