package io.hyaline.identity;

import java.time.Instant;

/** What a peer's certificate chain proves. */
public sealed interface PeerVerdict {

    /** @param until when the first certificate of the chain expires */
    record Trusted(SpiffeId id, Instant until) implements PeerVerdict {}

    record Refused(String reason) implements PeerVerdict {}
}
