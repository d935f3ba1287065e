package io.hyaline.runtime.cluster;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes events, in order, behind the caller's back; the same event again raises the count of the first. */
public final class EventRecorder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
    private static final int WAITING_LIMIT = 1000;
    private static final int REMEMBERED_LIMIT = 2000;

    private final KubernetesClient client;
    private final Clock clock;
    private final ThreadPoolExecutor writer;
    private final AtomicLong sequence = new AtomicLong();
    private final Map<Key, Event> written = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Event> eldest) {
            return size() > REMEMBERED_LIMIT;
        }
    };

    private record Key(String uid, String fieldPath, String reason, String message) {}

    /** Who reports, on which machine. */
    public record Source(String component, String host) {}

    public EventRecorder(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
        this.writer = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_LIMIT),
                Thread.ofPlatform().name("events").daemon().factory(),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    public void normal(Source source, HasMetadata about, String reason, String message) {
        record(source, about, "", new String[] {"Normal", reason, message});
    }

    public void warning(Source source, HasMetadata about, String reason, String message) {
        record(source, about, "", new String[] {"Warning", reason, message});
    }

    /** An event about one container of a pod. */
    public void container(
            Source source, HasMetadata pod, String container, boolean warning, String reason, String text) {
        String path = "spec.containers{" + container + "}";
        record(source, pod, path, new String[] {warning ? "Warning" : "Normal", reason, text});
    }

    private void record(Source source, HasMetadata about, String fieldPath, String[] what) {
        writer.execute(() -> {
            try {
                write(source, about, fieldPath, what);
            } catch (KubernetesClientException e) {
                // Events are best effort: the object, or the namespace, may be gone already.
                log.debug("event {} about {}: {}", what[1], about.getMetadata().getName(), e.getMessage());
            }
        });
    }

    private void write(Source source, HasMetadata about, String fieldPath, String[] what) {
        String now = Times.seconds(clock.instant());
        String uid = Objects.requireNonNullElse(about.getMetadata().getUid(), "");
        Key key = new Key(uid, fieldPath, what[1], what[2]);
        Event before = written.get(key);
        if (before != null) {
            before.setCount(before.getCount() + 1);
            before.setLastTimestamp(now);
            written.put(key, client.resource(before).unlock().update());
            return;
        }
        String namespace = Objects.requireNonNullElse(about.getMetadata().getNamespace(), "default");
        String name = about.getMetadata().getName() + "."
                + Long.toHexString((clock.millis() << 20) | (sequence.incrementAndGet() & 0xfffff));
        Event event = new EventBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withName(about.getMetadata().getName())
                .withNamespace(about.getMetadata().getNamespace())
                .withUid(uid)
                .withResourceVersion(about.getMetadata().getResourceVersion())
                .withFieldPath(fieldPath.isEmpty() ? null : fieldPath)
                .endInvolvedObject()
                .withType(what[0])
                .withReason(what[1])
                .withMessage(what[2])
                .withCount(1)
                .withFirstTimestamp(now)
                .withLastTimestamp(now)
                .withNewSource(source.component(), source.host().isEmpty() ? null : source.host())
                .withReportingComponent(source.component())
                .withReportingInstance(source.host())
                .build();
        written.put(key, client.resource(event).create());
    }

    @Override
    public void close() {
        writer.shutdownNow();
    }
}
