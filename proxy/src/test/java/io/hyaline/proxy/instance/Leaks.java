package io.hyaline.proxy.instance;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes leaked buffers fail tests: Netty itself would only log them. */
final class Leaks {

    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    private Leaks() {}

    static void watch() {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new ResourceLeakDetectorFactory() {
            @Override
            @SuppressWarnings("deprecation") // the abstract method is the deprecated one
            public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long maxActive) {
                return new Recorder<>(type, interval);
            }
        });
    }

    private static final class Recorder<T> extends ResourceLeakDetector<T> {
        @SuppressWarnings("deprecation") // as its caller
        Recorder(Class<T> type, int interval) {
            super(type, interval);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            FOUND.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            FOUND.add(type);
        }
    }

    /** Throws with the records of every buffer that nobody released. */
    static void check() {
        System.gc();
        io.netty.buffer.ByteBufAllocator.DEFAULT.directBuffer(1).release();
        io.netty.buffer.PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
        if (!FOUND.isEmpty()) {
            List<String> found = List.copyOf(FOUND);
            FOUND.clear();
            throw new AssertionError(found.size() + " leaks: " + found);
        }
    }
}
