package io.hyaline.capture.plan;

/** An option or annotation that cannot be used; the message names it, the value, and what would do. */
public final class PlanException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    private final String option;
    private final String value;
    private final String expected;

    PlanException(String option, String value, String expected) {
        super(option + " " + (value.isEmpty() ? "\"\"" : value) + ": " + expected);
        this.option = option;
        this.value = value;
        this.expected = expected;
    }

    String option() {
        return option;
    }

    String value() {
        return value;
    }

    String expected() {
        return expected;
    }
}
