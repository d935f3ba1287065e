package io.hyaline.it.differential;

import io.hyaline.it.differential.Signals.Stuck;
import io.hyaline.it.frames.Field;
import io.hyaline.it.frames.FrameConnection;
import io.hyaline.it.frames.FrameStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** Plays the {@code h2} lines of a case on one connection. */
final class Http2Script {

    private final FrameConnection frames;
    private final Wire wire;
    private final int current;

    /** @param current the stream that {@code this} means; 0 when it means none */
    Http2Script(FrameConnection frames, Wire wire, int current) {
        this.frames = frames;
        this.wire = wire;
        this.current = current;
    }

    /** Settings as {@code id=value,id=value}, or {@code default}. */
    static Map<Integer, Long> settings(String text) {
        Map<Integer, Long> settings = new TreeMap<>();
        for (String each : text.equals("default") ? new String[0] : text.split(",")) {
            String[] parts = each.split("=", 2);
            settings.put(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
        }
        return settings;
    }

    /** Whether a script wants the peer's settings to be compared. */
    static boolean shows(List<Step> steps) {
        return steps.contains(new Step.Http2(List.of("show")));
    }

    void play(Step.Http2 step) throws Stuck {
        List<String> words = step.words();
        switch (words.getFirst()) {
            case "headers" -> frames.headers(stream(words.get(1)), end(words), fields(words));
            case "data" -> data(stream(words.get(1)), end(words), content(words));
            case "rst" -> frames.reset(stream(words.get(1)), Integer.parseInt(words.get(2)));
            case "goaway" -> frames.goAway(stream(words.get(1)), Integer.parseInt(words.get(2)));
            case "window" -> frames.windowUpdate(stream(words.get(1)), Integer.parseInt(words.get(2)));
            case "settings" -> frames.settings(settings(words.get(1)));
            case "ping" -> {
                int before = frames.pingsAnswered();
                frames.ping();
                await(() -> frames.pingsAnswered() > before, "the answer to a ping");
            }
            case "frame" ->
                frames.frame(
                        Integer.parseInt(words.get(1)),
                        Integer.parseInt(words.get(2)),
                        stream(words.get(3)),
                        words.size() > 4 ? java.util.HexFormat.of().parseHex(words.get(4)) : new byte[0]);
            case "hold" -> frames.hold();
            case "mute" -> frames.mute();
            case "pinged" -> {
                int pings = Integer.parseInt(words.get(1));
                await(() -> frames.pings() >= pings, pings + " pings");
            }
            case "gone" -> Signals.await(frames, wire::ended, "the end of the connection");
            case "preface", "show" -> {}
            case "head" -> awaitStream(stream(words.get(1)), FrameStream::hasHead, "a head");
            case "got" -> {
                int bytes = Integer.parseInt(words.get(2));
                awaitStream(stream(words.get(1)), s -> s.received() >= bytes, bytes + " bytes");
            }
            case "over" -> awaitStream(stream(words.get(1)), FrameStream::over, "the end");
            case "reset" -> awaitStream(stream(words.get(1)), FrameStream::wasReset, "a reset");
            case "goodbye" -> await(() -> !frames.goAways().isEmpty(), "a GOAWAY");
            default -> throw new IllegalArgumentException("no HTTP/2 step is called '" + words.getFirst() + "'");
        }
    }

    private int stream(String word) {
        return switch (word) {
            case "this" -> current;
            case "before" -> Math.max(0, current - 2);
            case "all" -> Integer.MAX_VALUE;
            default -> Integer.parseInt(word);
        };
    }

    private static boolean end(List<String> words) {
        return words.size() > 2 && words.get(2).equals("end");
    }

    private static List<String> rest(List<String> words) {
        return words.subList(end(words) ? 3 : 2, words.size());
    }

    private static List<Field> fields(List<String> words) {
        List<Field> fields = new ArrayList<>();
        for (String word : rest(words)) {
            int equals = word.indexOf('=', 1);
            String value = word.substring(equals + 1).replace("\\s", " ");
            if (value.startsWith("fill:")) {
                value = "f".repeat(Integer.parseInt(value.substring(5)));
            }
            fields.add(new Field(word.substring(0, equals), value));
        }
        return fields;
    }

    private static byte[] content(List<String> words) {
        List<String> rest = rest(words);
        if (rest.size() == 2 && rest.getFirst().equals("fill")) {
            byte[] bytes = new byte[Integer.parseInt(rest.get(1))];
            Arrays.fill(bytes, (byte) 'd');
            return bytes;
        }
        return String.join(" ", rest).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void data(int stream, boolean end, byte[] bytes) throws Stuck {
        int sent = frames.data(stream, end, bytes, 0);
        while (sent < bytes.length) {
            int from = sent;
            int[] more = new int[1];
            await(
                    () -> {
                        more[0] = frames.data(stream, end, bytes, from);
                        return more[0] > 0 || (frames.stream(stream).wasReset());
                    },
                    "a window for byte " + sent + " of stream " + stream);
            if (more[0] == 0) {
                return;
            }
            sent += more[0];
        }
    }

    private void await(BooleanSupplier done, String what) throws Stuck {
        Signals.await(frames, () -> done.getAsBoolean() || wire.ended() || frames.broken(), what);
    }

    void awaitStream(int id, java.util.function.Predicate<FrameStream> done, String what) throws Stuck {
        await(
                () -> {
                    FrameStream stream = frames.stream(id);
                    return stream != null && (done.test(stream) || stream.wasReset());
                },
                what + " on stream " + id);
    }

    /** What has come on a stream, as if it were text. */
    static HttpText text(FrameStream stream, boolean request) {
        List<HttpText.Field> fields = new ArrayList<>();
        Map<String, String> pseudo = new TreeMap<>();
        for (Field field : stream.head()) {
            if (field.name().startsWith(":")) {
                pseudo.merge(field.name(), field.value(), (a, b) -> a + "," + b);
            } else {
                fields.add(new HttpText.Field(field.name(), field.value()));
            }
        }
        String line = request
                ? pseudo.remove(":method") + " " + pseudo.remove(":path") + " HTTP/2"
                : "HTTP/2 " + pseudo.remove(":status");
        pseudo.forEach((name, value) -> fields.add(new HttpText.Field(name, value)));
        stream.interims().forEach(status -> fields.add(new HttpText.Field("(interim)", status)));
        List<HttpText.Field> trailers = stream.trailers().stream()
                .map(f -> new HttpText.Field(f.name(), f.value()))
                .toList();
        return new HttpText(
                stream.hasHead() ? line : "(no head)",
                fields,
                stream.body(),
                stream.ending(),
                trailers,
                stream.hasHead(),
                true,
                0);
    }
}
