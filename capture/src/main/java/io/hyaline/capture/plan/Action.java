package io.hyaline.capture.plan;

/** What istio-init was asked to do with the rules. */
public enum Action {
    APPLY,
    /** {@code --dry-run}: the text is made and logged, the kernel is left alone. */
    DRY_RUN,
    /** {@code --skip-rule-apply}: only what is there already is checked. */
    CHECK,
    /** {@code --cleanup-only}: our rules are taken away. */
    CLEANUP
}
