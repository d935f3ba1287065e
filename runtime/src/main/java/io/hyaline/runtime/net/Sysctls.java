package io.hyaline.runtime.net;

import io.hyaline.linux.NamespaceThread;
import io.hyaline.linux.NetNs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Kernel switches below /proc/sys/net, which show those of the namespace of the thread that opens them. */
final class Sysctls {

    private Sysctls() {}

    static void write(NamespaceThread thread, NetNs namespace, Map<String, String> values) {
        thread.call(namespace, () -> {
            for (var entry : values.entrySet()) {
                writeOne(entry.getKey(), entry.getValue());
            }
            return null;
        });
    }

    /** As {@link #write}, for switches that not every kernel has. */
    static void writeIfThere(NamespaceThread thread, NetNs namespace, Map<String, String> values) {
        thread.call(namespace, () -> {
            for (var entry : values.entrySet()) {
                if (Files.exists(Path.of("/proc/sys/net", entry.getKey()))) {
                    writeOne(entry.getKey(), entry.getValue());
                }
            }
            return null;
        });
    }

    private static void writeOne(String key, String value) throws IOException {
        Path file = Path.of("/proc/sys/net", key);
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new IOException("cannot set " + file + " to " + value + "; is /proc mounted read-only?", e);
        }
    }
}
