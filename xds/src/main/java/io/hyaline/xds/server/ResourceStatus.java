package io.hyaline.xds.server;

/**
 * What became of one resource at one client.
 *
 * @param error the client's own words, for NACKED
 */
public record ResourceStatus(ServedType type, String name, String version, State state, String error) {
    public enum State {
        SENT,
        ACKED,
        NACKED
    }
}
