package io.hyaline.proxy.agent;

import java.time.Duration;
import java.util.List;

/** A probe or hook of the application, as it was before injection sent it to the agent. */
public sealed interface AppProbe {

    int port();

    Duration timeout();

    record Header(String name, String value) {}

    record Http(int port, Duration timeout, boolean tls, String path, List<Header> headers) implements AppProbe {}

    record Tcp(int port, Duration timeout) implements AppProbe {}

    /** @param service empty asks for the server as a whole */
    record Grpc(int port, Duration timeout, String service) implements AppProbe {}
}
