/**
 * What kube-proxy does, as one nftables ruleset per node: service addresses to endpoints, and which packets change their
 * source on the way. {@link io.hyaline.runtime.services.ServiceRules} is a pure function from services to text.
 */
@NullMarked
package io.hyaline.runtime.services;

import org.jspecify.annotations.NullMarked;
