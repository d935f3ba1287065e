package io.hyaline.runtime;

import java.nio.file.Path;

/** Keeps a test cluster up for a person with kubectl: {@code DevCluster DIRECTORY}. */
final class DevCluster {

    private DevCluster() {}

    public static void main(String[] arguments) throws Exception {
        long begun = System.nanoTime();
        TestCluster cluster = new TestCluster(Path.of(arguments[0]));
        System.out.println("up after " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        Thread.currentThread().join();
    }
}
