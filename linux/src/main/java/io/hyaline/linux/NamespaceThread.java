package io.hyaline.linux;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * One platform thread that may enter network namespaces, so that no other thread of the process ever does.
 *
 * <p>What it creates (sockets, child processes) stays in the namespace it was created in; the thread itself returns
 * home after each task. Entering and leaving costs about 6 µs.
 */
public final class NamespaceThread implements AutoCloseable {

    private final ExecutorService thread;

    public NamespaceThread(String name) {
        thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name(name).daemon(true).factory());
    }

    /** Runs {@code task} inside {@code namespace}; the future carries its result or its failure. */
    public <T> CompletableFuture<T> submit(NetNs namespace, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        thread.execute(() -> {
            try (NetNs home = NetNs.current()) {
                namespace.enter();
                try {
                    result.complete(task.call());
                } finally {
                    home.enter();
                }
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return result;
    }

    /** As {@link #submit}, waiting for the end. */
    public <T> T call(NetNs namespace, Callable<T> task) {
        try {
            return submit(namespace, task).join();
        } catch (CompletionException e) {
            throw LinuxException.rethrow(e.getCause() == null ? e : e.getCause());
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
