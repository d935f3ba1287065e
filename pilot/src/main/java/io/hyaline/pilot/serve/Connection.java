package io.hyaline.pilot.serve;

import io.hyaline.model.Problem;
import io.hyaline.model.ProxyNode;
import io.hyaline.pilot.generate.Moment;
import io.hyaline.xds.server.ResourceStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A connected proxy, whichever of the two protocols it speaks. */
public interface Connection {
    /** One moment of a connection, for people. */
    record State(
            String id,
            Instant since,
            long snapshot,
            String caller,
            List<ResourceStatus> resources,
            List<Problem> problems) {}

    /** Null until the first request has come. */
    @Nullable
    ProxyNode node();

    String id();

    State state();

    /** What is to be said against EnvoyFilters because of this proxy. */
    List<Complaint> complaints();

    /** Takes a snapshot to be told when the client has room. */
    void offer(Moment snapshot);

    /** Tells the newest snapshot that was offered, if any. */
    void pushWaiting();
}
