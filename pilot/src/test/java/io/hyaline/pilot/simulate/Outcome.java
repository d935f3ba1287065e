package io.hyaline.pilot.simulate;

/**
 * Where a call ends.
 *
 * @param chain the filter chain's name; "-" for one without a name
 * @param handling HTTP, TCP, or what went wrong: NO_LISTENER, NO_CHAIN, NO_ROUTE, DIRECT_&lt;status&gt;
 * @param endsTls the chain ends TLS
 */
public record Outcome(String listener, String chain, String handling, boolean endsTls, String route, String cluster) {}
