package io.hyaline.runtime.agent;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads one run's log from the older file through the current one, and on into files that a rotation makes.
 *
 * <p>Files stay open while they are read, so a rotation loses nothing. Owned by one thread.
 */
final class LogReader implements Closeable {

    private static final int BLOCK_BYTES = 32 << 10;
    /** A line of ours has at most 16 KiB and its head; what is longer is damage. */
    private static final int MAX_LINE_BYTES = 64 << 10;

    private final Path file;
    private final CriLines lines;
    private final Deque<FileChannel> parts = new ArrayDeque<>();
    private final ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
    private byte[] begun = {};
    private @Nullable Object current;

    private LogReader(Path file, LogRequest request) {
        this.file = file;
        lines = new CriLines(request);
    }

    static LogReader open(Path file, LogRequest request) throws IOException {
        LogReader reader = new LogReader(file, request);
        try {
            FileChannel older = channel(file.resolveSibling(file.getFileName() + ".1"));
            if (older != null) {
                reader.parts.add(older);
            }
            reader.openCurrent();
            if (request.tailLines() >= 0) {
                reader.skipTo(request.tailLines());
            }
            return reader;
        } catch (IOException e) {
            reader.close();
            throw e;
        }
    }

    /** What comes next; nothing when there is nothing now, null when nothing more may come. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() == 0) {
            if (lines.full()) {
                return null;
            }
            if (!readBlock(out)) {
                break;
            }
        }
        return out.toByteArray();
    }

    /** False at the end of everything that is there. */
    private boolean readBlock(ByteArrayOutputStream out) throws IOException {
        FileChannel part = parts.peekFirst();
        if (part == null) {
            return openCurrent();
        }
        int count = part.read(block.clear());
        if (count > 0) {
            split(Arrays.copyOf(block.array(), count), out);
            return true;
        }
        boolean last = parts.size() == 1;
        if (last && !rotated()) {
            return false;
        }
        count = part.read(block.clear());
        if (count > 0) {
            split(Arrays.copyOf(block.array(), count), out);
            return true;
        }
        parts.removeFirst().close();
        return !last || openCurrent();
    }

    private void split(byte[] bytes, ByteArrayOutputStream out) {
        byte[] all = bytes;
        if (begun.length > 0) {
            all = Arrays.copyOf(begun, begun.length + bytes.length);
            System.arraycopy(bytes, 0, all, begun.length, bytes.length);
        }
        int start = 0;
        for (int i = begun.length; i < all.length; i++) {
            if (all[i] == '\n') {
                lines.add(all, start, i, out);
                start = i + 1;
            }
        }
        begun = all.length - start > MAX_LINE_BYTES ? new byte[] {} : Arrays.copyOfRange(all, start, all.length);
    }

    private boolean openCurrent() throws IOException {
        FileChannel channel = channel(file);
        if (channel == null) {
            return false;
        }
        parts.add(channel);
        current = key();
        return true;
    }

    private boolean rotated() throws IOException {
        Object now = key();
        return now != null && !now.equals(current);
    }

    private @Nullable Object key() throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null; // between the two steps of a rotation
        }
    }

    private static @Nullable FileChannel channel(Path path) throws IOException {
        try {
            return FileChannel.open(path, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Leaves {@code wanted} lines to be read, counted from the end of the newest part. */
    private void skipTo(long wanted) throws IOException {
        long missing = wanted;
        Deque<FileChannel> kept = new ArrayDeque<>();
        while (!parts.isEmpty()) {
            FileChannel part = parts.removeLast();
            kept.addFirst(part);
            long found = skipWithin(part, missing);
            missing -= found;
            if (missing <= 0) {
                break;
            }
        }
        for (FileChannel part : parts) {
            part.close();
        }
        parts.clear();
        parts.addAll(kept);
    }

    /** Positions {@code part} in front of its last {@code wanted} lines; returns how many there are, at most. */
    private long skipWithin(FileChannel part, long wanted) throws IOException {
        long size = part.size();
        long found = 0;
        for (long end = size; end > 0; end -= BLOCK_BYTES) {
            long start = Math.max(0, end - BLOCK_BYTES);
            part.read(block.clear().limit((int) (end - start)), start);
            for (int i = block.position() - 1; i >= 0; i--) {
                boolean lineEnd = block.array()[i] == '\n' && start + i + 1 < size;
                if (lineEnd && ++found == wanted) {
                    part.position(start + i + 1);
                    return found;
                }
                if (wanted == 0) {
                    part.position(size);
                    return 0;
                }
            }
        }
        return size > 0 ? found + 1 : 0;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel part : parts) {
            part.close();
        }
        parts.clear();
    }
}
