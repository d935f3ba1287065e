package io.hyaline.proxy.warm;

import io.envoyproxy.envoy.config.core.v3.ConfigSource;
import io.hyaline.xds.client.ResourceType;
import java.time.Duration;

/**
 * A resource that another one names.
 *
 * @param source where it is to be fetched
 */
public record Need(ResourceType type, String name, ConfigSource source) {

    private static final Duration INITIAL_FETCH_TIMEOUT = Duration.ofSeconds(15);

    /** How long to wait for it before serving without; zero waits for ever. */
    public Duration timeout() {
        if (type == ResourceType.SECRET && !source.hasAds()) {
            // Without the workload's own keys a listener could only refuse every handshake. One of many credentials of
            // a
            // gateway may be missing, and the other servers of that port must not wait for it.
            return Duration.ZERO;
        }
        return source.hasInitialFetchTimeout()
                ? Duration.ofSeconds(
                        source.getInitialFetchTimeout().getSeconds(),
                        source.getInitialFetchTimeout().getNanos())
                : INITIAL_FETCH_TIMEOUT;
    }
}
