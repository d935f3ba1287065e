package io.hyaline.xds.client;

import com.google.protobuf.Message;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One proxy's conversation with an ADS server, over as many streams as it takes.
 *
 * <p>Events go in by {@link #opened}, {@link #closed}, {@link #receive}, {@link #want} and {@link #wantAll}; requests
 * come out by {@link #poll}, whenever the stream can take one. Requests are made when they are polled, so what waits is
 * bounded: one change of interest per type and {@value Replies#LIMIT} answers. Owned by one thread.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
public sealed interface AdsClient<Q extends Message, R extends Message> permits SotwAds, DeltaAds {

    /** Asks for every resource of {@code type}. */
    void wantAll(ResourceType type);

    /** Asks for exactly {@code names}; those no longer named are forgotten when the server is told. */
    void want(ResourceType type, Set<String> names);

    /** A stream is there: everything wanted is asked for again, with the versions that are held. */
    void opened();

    /** The stream ended. What is held stays. */
    void closed();

    /** Takes a response; empty when its type was never asked for. */
    Optional<Update> receive(R response);

    /** The next request to send, in the order answers, CDS, EDS, LDS, RDS, SDS; empty when there is none now. */
    Optional<Q> poll();

    /** The accepted resources of {@code type} by name. */
    Map<String, Message> resources(ResourceType type);
}
