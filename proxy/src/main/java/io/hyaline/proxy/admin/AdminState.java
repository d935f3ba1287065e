package io.hyaline.proxy.admin;

import io.envoyproxy.envoy.config.bootstrap.v3.Bootstrap;
import io.hyaline.proxy.instance.ProxyInstance;
import java.time.Instant;
import java.util.function.Supplier;

/**
 * What the admin endpoint shows.
 *
 * @param notReady why the proxy does not serve yet; empty when it does
 * @param quit ends the proxy
 */
public record AdminState(
        Bootstrap bootstrap, ProxyInstance instance, Instant started, Supplier<String> notReady, Runnable quit) {}
