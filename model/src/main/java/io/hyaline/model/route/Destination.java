package io.hyaline.model.route;

/**
 * Where traffic goes.
 *
 * @param host fully qualified
 * @param subset of the host's DestinationRule, or empty
 * @param port 0 for the only one of the Service
 */
public record Destination(String host, String subset, int port) {}
