package io.hyaline.runtime.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the machine has to give. */
public final class Machine {

    private Machine() {}

    /** Total memory; 1 GiB when the kernel does not say. */
    public static long memoryBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
                }
            }
        } catch (IOException e) {
            return 1L << 30;
        }
        return 1L << 30;
    }
}
