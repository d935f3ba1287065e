package io.hyaline.runtime.sandbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** A container's log in the CRI format: time, stream, F for a full line or P for a part, text. */
public final class CriLog implements AutoCloseable {

    static final int LINE_LIMIT_BYTES = 16 * 1024;
    private static final long FILE_LIMIT_BYTES = 10L * 1024 * 1024;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private final Path file;
    private final Clock clock;
    private final long limit;
    private OutputStream output;
    private long written;

    private CriLog(Path file, Clock clock, long limit) throws IOException {
        this.file = file;
        this.clock = clock;
        this.limit = limit;
        this.output = open();
        this.written = Files.size(file);
    }

    /** Appends to {@code file}, whose directory must exist. */
    public static CriLog open(Path file, Clock clock) throws IOException {
        return new CriLog(file, clock, FILE_LIMIT_BYTES);
    }

    static CriLog open(Path file, Clock clock, long limit) throws IOException {
        return new CriLog(file, clock, limit);
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Writes one line. */
    public void line(String stream, String text) throws IOException {
        Lines lines = new Lines(this, stream);
        lines.add(text.getBytes(StandardCharsets.UTF_8));
        lines.end();
    }

    private synchronized void write(byte[] block) throws IOException {
        if (written > 0 && written + block.length > limit) {
            output.close();
            Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
            output = open();
            written = 0;
        }
        output.write(block);
        written += block.length;
    }

    @Override
    public synchronized void close() throws IOException {
        output.close();
    }

    /** Cuts one stream's bytes into lines. Not thread-safe: one thread per stream. */
    static final class Lines {

        private final CriLog log;
        private final String stream;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(CriLog log, String stream) {
            this.log = log;
            this.stream = stream;
        }

        void add(byte[] bytes) throws IOException {
            ByteArrayOutputStream block = new ByteArrayOutputStream();
            Instant now = log.clock.instant();
            for (byte b : bytes) {
                if (b == '\n') {
                    flush(block, now, 'F');
                } else {
                    line.write(b);
                    if (line.size() == LINE_LIMIT_BYTES) {
                        flush(block, now, 'P');
                    }
                }
            }
            if (block.size() > 0) {
                log.write(block.toByteArray());
            }
        }

        /** Writes what is left of a last line without an end. */
        void end() throws IOException {
            if (line.size() > 0) {
                add(new byte[] {'\n'});
            }
        }

        private void flush(ByteArrayOutputStream block, Instant now, char tag) throws IOException {
            block.write((TIME.format(now) + " " + stream + " " + tag + " ").getBytes(StandardCharsets.US_ASCII));
            line.writeTo(block);
            block.write('\n');
            line.reset();
        }
    }
}
