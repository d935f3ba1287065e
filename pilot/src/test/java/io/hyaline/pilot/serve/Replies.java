package io.hyaline.pilot.serve;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/** What a server says on one stream. */
final class Replies<R> implements StreamObserver<R>, AutoCloseable {
    private final BlockingQueue<R> queue = new LinkedBlockingQueue<>();
    private final CompletableFuture<Status> end = new CompletableFuture<>();

    R next() throws InterruptedException {
        R reply = queue.poll(10, TimeUnit.SECONDS);
        if (reply == null) {
            throw new AssertionError("no reply; the stream ended with " + end.getNow(null));
        }
        return reply;
    }

    boolean isQuiet() {
        return queue.isEmpty();
    }

    Status failure() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    void await(BooleanSupplier condition) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(condition::getAsBoolean);
    }

    @Override
    public void onNext(R reply) {
        queue.add(reply);
    }

    @Override
    public void onError(Throwable problem) {
        end.complete(Status.fromThrowable(problem));
    }

    @Override
    public void onCompleted() {
        end.complete(Status.OK);
    }

    @Override
    public void close() {
        end.complete(Status.CANCELLED);
    }
}
