package io.hyaline.it.differential;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a case file says.
 *
 * @param upstreams per upstream server the exchanges in the order in which requests (or connections) arrive; the last one repeats
 * @param text the whole file: values that occur in it are compared literally, never masked
 */
record Case(
        String name,
        String description,
        String bootstrap,
        String listener,
        List<Step> client,
        Map<String, List<List<Step>>> upstreams,
        List<Difference> differences,
        String text) {

    /** A difference that stays, with its reason; {@code field} is a glob over the names of a transcript's fields. */
    record Difference(String field, String reason) {

        /** That a proxy does not start is only covered by name, never by a pattern. */
        boolean covers(String name) {
            if (name.equals(Transcript.START)) {
                return field.equals(name);
            }
            String regex =
                    Arrays.stream(field.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*"));
            return name.matches(regex);
        }
    }

    Optional<Difference> listed(String field) {
        return differences.stream().filter(d -> d.covers(field)).findFirst();
    }

    @Override
    public String toString() {
        return name;
    }
}
