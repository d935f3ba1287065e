package io.hyaline.capture.plan;

import java.util.List;

/** Which connections into the pod go to the proxy. */
public sealed interface InboundCapture {

    /** Agent, health and statistics ports: served by the proxy itself, in plain text, and never captured. */
    List<Integer> PROXY_OWN_PORTS = List.of(15090, 15021, 15020);

    record Nothing() implements InboundCapture {}

    /** Every port but these. */
    record AllExcept(List<Integer> excluded) implements InboundCapture {
        public AllExcept {
            excluded = List.copyOf(excluded);
        }
    }

    record Only(List<Integer> ports) implements InboundCapture {
        public Only {
            ports = List.copyOf(ports);
        }
    }
}
