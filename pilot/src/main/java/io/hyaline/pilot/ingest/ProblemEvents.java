package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.hyaline.model.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells an object's owner that it was left out and why: in the log, and as an event that {@code describe} shows. */
public final class ProblemEvents implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemEvents.class);
    private static final int MOST_WAITING = 1000;

    private final KubernetesClient client;

    /** Beside the ingest thread, which must not wait for the API server; what does not fit is in the log at least. */
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().daemon().name("pilot-events").factory(),
            new ThreadPoolExecutor.DiscardPolicy());

    public ProblemEvents(KubernetesClient client) {
        this.client = client;
    }

    public void report(Problem problem) {
        LOG.warn("{} {} is left out: {}", problem.kind(), problem.key(), problem.reason());
        writer.execute(() -> write(problem));
    }

    /** The same of an object that is in use. */
    public void complain(Problem problem) {
        LOG.warn("{} {}: {}", problem.kind(), problem.key(), problem.reason());
        writer.execute(() -> write(problem));
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }

    private void write(Problem problem) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Event event = new EventBuilder()
                .withNewMetadata()
                .withGenerateName(problem.key().name() + ".")
                .withNamespace(problem.key().namespace())
                .endMetadata()
                .withType("Warning")
                .withReason("InvalidConfiguration")
                .withMessage(problem.reason())
                .withNewInvolvedObject()
                .withKind(problem.kind())
                .withNamespace(problem.key().namespace())
                .withName(problem.key().name())
                .endInvolvedObject()
                .withNewSource()
                .withComponent("pilot")
                .endSource()
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withCount(1)
                .build();
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.info("no event written for {} {}: {}", problem.kind(), problem.key(), e.getMessage());
        }
    }
}
