package io.hyaline.xds.client;

import com.google.rpc.Code;
import com.google.rpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Answers that wait for the stream. When there are too many the oldest goes: a later one speaks for it. */
final class Replies {

    static final int LIMIT = 64;
    private static final int MESSAGE_LIMIT = 8192;

    /** @param error the NACK's reason, null for an ACK */
    record Reply(ResourceType type, String nonce, @Nullable Status error) {}

    private final Deque<Reply> waiting = new ArrayDeque<>();

    void add(Update update, String nonce) {
        if (waiting.size() == LIMIT) {
            waiting.removeFirst();
        }
        waiting.add(new Reply(update.type(), nonce, error(update)));
    }

    @Nullable
    Reply poll() {
        return waiting.poll();
    }

    void clear() {
        waiting.clear();
    }

    private static @Nullable Status error(Update update) {
        if (update.rejected().isEmpty()) {
            return null;
        }
        String noun = update.type().name().toLowerCase(Locale.ROOT);
        StringBuilder message =
                new StringBuilder("Error adding/updating ").append(noun).append("(s) ");
        String separator = "";
        for (Map.Entry<String, String> entry : new TreeMap<>(update.rejected()).entrySet()) {
            message.append(separator).append(entry.getKey()).append(": ").append(entry.getValue());
            separator = "\n";
        }
        if (message.length() > MESSAGE_LIMIT) {
            message.setLength(MESSAGE_LIMIT);
            message.append("... (").append(update.rejected().size()).append(" rejected in all)");
        }
        return Status.newBuilder()
                .setCode(Code.INTERNAL_VALUE)
                .setMessage(message.toString())
                .build();
    }
}
