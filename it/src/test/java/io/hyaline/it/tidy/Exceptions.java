package io.hyaline.it.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The few places that may break a limit, each with a date and a reason: {@code it/src/test/tidy-exceptions.txt}. */
final class Exceptions {

    private static final Path FILE = Sources.ROOT.resolve("it/src/test/tidy-exceptions.txt");

    private Exceptions() {}

    /** What is left of {@code findings} for {@code rule}; an exception that is no longer needed is a finding too. */
    static List<String> unexcused(String rule, List<String> findings) {
        Set<String> excused = new HashSet<>();
        for (String line : lines()) {
            if (line.startsWith(rule + " ")) {
                excused.add(line.split(" ", 4)[1]);
            }
        }
        List<String> left = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (String finding : findings) {
            String place = finding.split(" ", 2)[0];
            if (excused.contains(place)) {
                used.add(place);
            } else {
                left.add(finding);
            }
        }
        excused.stream().filter(e -> !used.contains(e)).forEach(e -> left.add(e + " is excused and need not be"));
        return left;
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(FILE).stream()
                    .filter(l -> !l.isBlank() && !l.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
