package io.hyaline.proxy.node;

import io.hyaline.proxy.log.LogOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A container's log file as the kubelet reads it: {@code TIME stdout F LINE}. At {@value #LIMIT_BYTES} bytes the file
 * becomes {@code NAME.1} and a new one begins.
 */
final class CriLog implements LogOutput, AutoCloseable {

    static final int LIMIT_BYTES = 10 * 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(CriLog.class);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Path file;
    private final InstantSource clock;
    private final Set<String> refused = new HashSet<>();
    private OutputStream out;
    private long size;
    private boolean closed;

    private CriLog(Path file, InstantSource clock, OutputStream out, long size) {
        this.file = file;
        this.clock = clock;
        this.out = out;
        this.size = size;
    }

    static CriLog open(Path file, InstantSource clock) throws IOException {
        return new CriLog(file, clock, append(file), Files.size(file));
    }

    private static OutputStream append(Path file) throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public synchronized void write(String path, byte[] bytes, int offset, int length) {
        String stream = switch (path) {
            case "/dev/stdout" -> "stdout";
            case "/dev/stderr" -> "stderr";
            default -> "";
        };
        if (closed || stream.isEmpty()) {
            refuse(path);
            return;
        }
        byte[] framed = frame(stream, bytes, offset, length);
        try {
            if (size + framed.length > LIMIT_BYTES && size > 0) {
                rotate();
            }
            out.write(framed);
            size += framed.length;
        } catch (IOException e) {
            if (refused.add(path)) {
                LOG.warn("access log {} is lost: {}", file, e.toString());
            }
        }
    }

    /** One prefix for each line; a batch has one time. */
    private byte[] frame(String stream, byte[] bytes, int offset, int length) {
        Instant now = clock.instant();
        byte[] prefix = (TIME.format(now) + " " + stream + " F ").getBytes(StandardCharsets.US_ASCII);
        int lines = 0;
        for (int i = offset; i < offset + length; i++) {
            if (bytes[i] == '\n') {
                lines++;
            }
        }
        boolean unfinished = length > 0 && bytes[offset + length - 1] != '\n';
        byte[] framed = new byte[length + (lines + (unfinished ? 1 : 0)) * prefix.length + (unfinished ? 1 : 0)];
        int at = 0;
        int begin = offset;
        while (begin < offset + length) {
            int end = begin;
            while (end < offset + length && bytes[end] != '\n') {
                end++;
            }
            System.arraycopy(prefix, 0, framed, at, prefix.length);
            at += prefix.length;
            System.arraycopy(bytes, begin, framed, at, end - begin);
            at += end - begin;
            framed[at++] = '\n';
            begin = end + 1;
        }
        return framed;
    }

    private void rotate() throws IOException {
        out.close();
        Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        out = append(file);
        size = 0;
    }

    private void refuse(String path) {
        if (!closed && refused.add(path)) {
            LOG.warn("access log path {} is not written for a pod (only /dev/stdout and /dev/stderr are)", path);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        try {
            out.close();
        } catch (IOException e) {
            LOG.warn("closing {}: {}", file, e.toString());
        }
    }
}
