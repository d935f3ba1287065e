package io.hyaline.apiserver.family;

import io.hyaline.apiserver.status.FieldError;
import java.util.ArrayList;
import java.util.List;

/** What may not change of a Service's addresses and families: all but the second one's coming and going. */
public final class FamilyChanges {
    private static final String SET = "may not change once set";

    private FamilyChanges() {}

    /** What is wrong with a change, in kube-apiserver's words. */
    public static List<FieldError> check(Addressing after, Addressing before) {
        List<FieldError> errors = new ArrayList<>();
        if (after.isNamed() || before.isNamed() || (after.isHeadless() && before.isHeadless())) {
            return errors;
        }
        addresses(after, before, errors);
        // From addresses to none and back, the addresses above are complaint enough.
        if (!after.isHeadless() && !before.isHeadless()) {
            families(after, before, errors);
        }
        return errors;
    }

    private static void addresses(Addressing after, Addressing before, List<FieldError> errors) {
        List<String> now = after.all();
        List<String> then = before.all();
        int compared = now.size() == then.size() ? now.size() : Math.min(1, Math.min(now.size(), then.size()));
        if (now.isEmpty() && !then.isEmpty()) {
            errors.add(FieldError.invalid("spec.clusterIPs[0]", now, "primary clusterIP can not be unset"));
        }
        for (int i = 0; i < compared; i++) {
            if (!now.get(i).equals(then.get(i))) {
                errors.add(FieldError.invalid("spec.clusterIPs[" + i + "]", now, SET));
            }
        }
        if (now.size() == 1 && then.size() > 1) {
            released(after, "clusterIP", errors);
        }
    }

    private static void families(Addressing after, Addressing before, List<FieldError> errors) {
        List<String> now = after.families();
        List<String> then = before.families();
        String path = "spec.ipFamilies[0]";
        if (now.size() == then.size()) {
            for (int i = 0; i < now.size(); i++) {
                if (!now.get(i).equals(then.get(i))) {
                    errors.add(FieldError.invalidFamilies(path, now, SET));
                }
            }
            return;
        }
        if (now.size() < then.size() && after.all().isEmpty()) {
            errors.add(FieldError.invalidFamilies(path, now, "primary ipFamily can not be unset"));
        }
        if (!now.isEmpty() && !then.isEmpty() && !now.getFirst().equals(then.getFirst())) {
            // Kubernetes shows the addresses here, too.
            errors.add(FieldError.invalid(path, after.all(), SET));
        }
        if (now.size() == 1 && then.size() > 1) {
            released(after, "ipFamily", errors);
        }
    }

    private static void released(Addressing after, String what, List<FieldError> errors) {
        if (!after.isSingle()) {
            errors.add(FieldError.invalid(
                    "spec.ipFamilyPolicy",
                    after.policy(),
                    "must be set to 'SingleStack' when releasing the secondary " + what));
        }
    }
}
