package io.hyaline.capture;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Kernel switches of the calling thread's network namespace. */
final class Sysctl {

    private static final int MAX_BYTES = 4096;

    private Sysctl() {}

    static int read(Path file) {
        return Integer.parseInt(text(file));
    }

    /** One read for the whole value: the kernel ends the file after the first read, however short it was. */
    static String text(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] value = new byte[MAX_BYTES];
            int length = in.read(value);
            return new String(value, 0, Math.max(length, 0), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new CaptureException("cannot read " + file + "; is /proc mounted?", e);
        }
    }
}
