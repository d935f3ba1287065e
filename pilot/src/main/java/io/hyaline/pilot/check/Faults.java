package io.hyaline.pilot.check;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.hyaline.pilot.read.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gathers what is wrong; owned by one check. */
final class Faults {
    private static final int HIGHEST_PORT = 65_535;
    private static final int MOST = 50;
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final List<Fault> all = new ArrayList<>();

    List<Fault> all() {
        return List.copyOf(all);
    }

    void error(String path, String message) {
        add(new Fault(Fault.Level.ERROR, path, message));
    }

    void warn(String path, String message) {
        add(new Fault(Fault.Level.WARNING, path, message));
    }

    private void add(Fault fault) {
        if (all.size() < MOST) {
            all.add(fault);
        }
    }

    /** A text that has to have a form; empty ones are for the caller to judge. */
    void form(String path, String value, Function<String, @Nullable String> syntax) {
        String complaint = value.isEmpty() ? null : syntax.apply(value);
        if (complaint != null) {
            error(path, complaint);
        }
    }

    void port(String path, int number) {
        if (number < 1 || number > HIGHEST_PORT) {
            error(path, "port number " + number + " must be in the range 1..65535");
        }
    }

    /** Where 0 means that it is not given. */
    void portOrNone(String path, int number) {
        if (number != 0) {
            port(path, number);
        }
    }

    void pattern(String path, String pattern) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            error(path, "\"" + pattern + "\" is not a regular expression (RE2): " + e.getMessage());
        }
    }

    /** At least a millisecond, if it is given. */
    void duration(String path, String text) {
        try {
            Duration read = Durations.orNull(path, text);
            if (read != null && read.compareTo(SHORTEST) < 0) {
                error(path, "invalid duration: " + text + ": duration must be greater than 1ms");
            }
        } catch (IllegalArgumentException _) {
            error(path, "invalid duration: " + text + ": write it like 5s, 100ms or 1m30s");
        }
    }

    void notNegative(String path, @Nullable Integer number) {
        if (number != null && number < 0) {
            error(path, number + " must be non-negative");
        }
    }

    void percent(String path, @Nullable Integer number) {
        if (number != null && (number < 0 || number > 100)) {
            error(path, "percentage " + number + " is not in range 0..100");
        }
    }

    void labels(String path, Map<String, String> labels) {
        labels.forEach((key, value) -> {
            form(path, key, Syntax::labelKey);
            form(path, value, Syntax::labelValue);
        });
    }

    /** Namespaces, or one of {@code .}, {@code *} and {@code ~}. */
    void exportTo(String path, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            String here = path + "[" + i + "]";
            if (names.indexOf(name) < i) {
                error(here, "duplicate entries in exportTo: " + name);
            } else if (!List.of(".", "*", "~").contains(name)) {
                form(here, name.isEmpty() ? " " : name, Syntax::label);
            } else if (names.size() > 1 && !name.equals(".")) {
                error(here, "\"" + name + "\" stands for every, or for no, namespace: it has to be the only entry");
            }
        }
    }

    void deprecated(String path, boolean used, String instead) {
        if (used) {
            warn(path, "using a deprecated field; use " + instead + " instead");
        }
    }
}
