package io.hyaline.it.frames;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/** What has come on one stream. Guarded by its connection. */
public final class FrameStream {

    private final int id;
    private final List<List<Field>> blocks = new ArrayList<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private boolean dataSeen;
    private boolean ended;
    private int resetCode = -1;
    long window;

    FrameStream(int id, long window) {
        this.id = id;
        this.window = window;
    }

    public int id() {
        return id;
    }

    void block(List<Field> fields) {
        blocks.add(fields);
    }

    void data(byte[] bytes) {
        dataSeen = true;
        body.writeBytes(bytes);
    }

    void end() {
        ended = true;
    }

    void reset(int code) {
        resetCode = code;
    }

    /** Whether nothing more will come. */
    public boolean over() {
        return ended || resetCode >= 0;
    }

    public boolean wasReset() {
        return resetCode >= 0;
    }

    public boolean ended() {
        return ended;
    }

    public int received() {
        return body.size();
    }

    public byte[] body() {
        return body.toByteArray();
    }

    /** Whether the head has come, an interim one not counted. */
    public boolean hasHead() {
        return !head().isEmpty();
    }

    /** The first fields that are not those of an interim answer. */
    public List<Field> head() {
        return blocks.stream().filter(b -> !interim(b)).findFirst().orElse(List.of());
    }

    private static boolean interim(List<Field> block) {
        return block.stream()
                .anyMatch(f -> f.name().equals(":status") && f.value().startsWith("1"));
    }

    /** Statuses of interim answers. */
    public List<String> interims() {
        return blocks.stream()
                .filter(FrameStream::interim)
                .map(b -> b.getFirst().value())
                .toList();
    }

    public List<Field> trailers() {
        List<List<Field>> rest =
                blocks.stream().filter(b -> !interim(b)).skip(1).toList();
        return rest.isEmpty() ? List.of() : rest.getLast();
    }

    /** How it ended, as a word or two. */
    public String ending() {
        String how = ended ? "ended" : resetCode < 0 ? "open" : "";
        String reset = resetCode < 0 ? "" : (ended ? ", " : "") + "reset " + resetCode;
        return how + reset + (ended && dataSeen && body.size() == 0 ? ", empty body" : "");
    }
}
