package io.hyaline.it.differential;

import java.util.List;
import java.util.Map;
import java.util.Optional;

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

        boolean covers(String name) {
            StringBuilder regex = new StringBuilder();
            for (String part : field.split("\\*", -1)) {
                regex.append(regex.isEmpty() ? "" : ".*")
                        .append(part.isEmpty() ? "" : java.util.regex.Pattern.quote(part));
            }
            return name.matches(regex.toString());
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
