package io.hyaline.apiserver.store;

import java.nio.file.Path;

/** Writes from several threads for ever and prints each write that was acknowledged. */
final class CrashWriter {
    private CrashWriter() {}

    public static void main(String[] args) throws Exception {
        Store store = Store.open(Path.of(args[0]), StoreLimits.DEFAULT);
        for (int i = 0; i < 8; i++) {
            String name = "r" + args[1] + "w" + i;
            Thread.ofPlatform().start(() -> writeForEver(store, name));
        }
        Thread.currentThread().join();
    }

    private static void writeForEver(Store store, String name) {
        long revision = 0;
        for (int value = 0; ; value++) {
            Write.Result result = store.write(StoreTest.write(name, revision, Integer.toString(value)));
            revision = ((Write.Result.Done) result).stored().revision();
            synchronized (System.out) {
                System.out.println(name + " " + value);
                System.out.flush();
            }
        }
    }
}
