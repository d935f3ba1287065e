package io.hyaline.apiserver.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is going on and says when it is too much. */
final class Load {
    private final HttpLimits limits;
    private final Semaphore requests;
    private final Map<String, Integer> streams = new ConcurrentHashMap<>();
    private final Semaphore allStreams;
    private final AtomicLong served = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    Load(HttpLimits limits) {
        this.limits = limits;
        this.requests = new Semaphore(limits.concurrentRequests());
        this.allStreams = new Semaphore(limits.streams());
    }

    boolean beginRequest() {
        if (requests.tryAcquire()) {
            served.incrementAndGet();
            return true;
        }
        refused.incrementAndGet();
        return false;
    }

    void endRequest() {
        requests.release();
    }

    boolean beginStream(String client) {
        if (!allStreams.tryAcquire()) {
            return false;
        }
        if (streams.merge(client, 1, Integer::sum) > limits.streamsPerClient()) {
            endStream(client);
            return false;
        }
        return true;
    }

    void endStream(String client) {
        streams.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
        allStreams.release();
    }

    String metrics() {
        return """
                # TYPE apiserver_request_total counter
                apiserver_request_total %d
                # TYPE apiserver_rejected_requests_total counter
                apiserver_rejected_requests_total %d
                # TYPE apiserver_current_inflight_requests gauge
                apiserver_current_inflight_requests %d
                # TYPE apiserver_longrunning_requests gauge
                apiserver_longrunning_requests %d
                """.formatted(
                        served.get(),
                        refused.get(),
                        limits.concurrentRequests() - requests.availablePermits(),
                        limits.streams() - allStreams.availablePermits());
    }
}
