package io.hyaline.model.envoyfilter;

/** Which clusters: by full name, else by the parts of the name. */
public record ClusterMatch(String name, String service, String subset, int portNumber) {
    public static final ClusterMatch ANY = new ClusterMatch("", "", "", 0);
}
