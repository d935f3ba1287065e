package io.hyaline.pilot.serve;

import io.hyaline.model.ObjectKey;

/**
 * What one proxy's configuration says against an EnvoyFilter.
 *
 * @param text the same for all proxies of which the same is to be said
 */
public record Complaint(ObjectKey filter, String proxy, String text) {}
