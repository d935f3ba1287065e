package io.hyaline.proxy.log;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Access logs as files; {@code /dev/stdout} and {@code /dev/stderr} are this process's own. */
public final class FileOutput implements LogOutput {

    private final Map<String, OutputStream> open = new HashMap<>();

    @Override
    public void write(String path, byte[] bytes, int offset, int length) {
        try {
            OutputStream out = open.get(path);
            if (out == null) {
                out = open(path);
                open.put(path, out);
            }
            out.write(bytes, offset, length);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OutputStream open(String path) throws IOException {
        return switch (path) {
            case "/dev/stdout" -> new FileOutputStream(java.io.FileDescriptor.out);
            case "/dev/stderr" -> new FileOutputStream(java.io.FileDescriptor.err);
            default -> new FileOutputStream(path, true);
        };
    }
}
