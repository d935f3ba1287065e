package io.hyaline.xds.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Of one type at one client: which version of what was sent, and what the client answered. */
final class Delivery {
    private static final int MOST_UNANSWERED = 1000;

    private final ServedType type;
    private final Map<String, ResourceStatus> statuses = new TreeMap<>();
    private final Map<String, Set<String>> unanswered = new HashMap<>();

    Delivery(ServedType type) {
        this.type = type;
    }

    @Nullable
    String versionOf(String name) {
        ResourceStatus status = statuses.get(name);
        return status == null ? null : status.version();
    }

    Set<String> names() {
        return Set.copyOf(statuses.keySet());
    }

    void sent(String nonce, Map<String, Served> resources) {
        if (unanswered.size() >= MOST_UNANSWERED) {
            unanswered.clear(); // a client that answers nothing: what it holds stays SENT
        }
        unanswered.put(nonce, Set.copyOf(resources.keySet()));
        resources.forEach((name, served) ->
                statuses.put(name, new ResourceStatus(type, name, served.version(), ResourceStatus.State.SENT, "")));
    }

    /** Remembered from before a reconnect: the client holds it, so it need not be sent again. */
    void holds(String name, String version) {
        statuses.put(name, new ResourceStatus(type, name, version, ResourceStatus.State.ACKED, ""));
    }

    void forget(Collection<String> names) {
        statuses.keySet().removeAll(names);
    }

    void acked(String nonce) {
        answered(nonce, ResourceStatus.State.ACKED, "", null);
    }

    /** Blames the resources whose names occur in the client's words, or all that were sent with the nonce. */
    void nacked(String nonce, String error) {
        Set<String> sent = unanswered.getOrDefault(nonce, Set.of());
        List<String> named = sent.stream().filter(name -> mentions(error, name)).toList();
        answered(nonce, ResourceStatus.State.NACKED, error, named.isEmpty() ? sent : named);
    }

    /** As a word of its own: {@code 0.0.0.0_80} is not mentioned by {@code 0.0.0.0_8000}. */
    private static boolean mentions(String text, String name) {
        for (int at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
            int end = at + name.length();
            boolean begins = at == 0 || !inName(text.charAt(at - 1));
            boolean ends = end == text.length() || !inName(text.charAt(end));
            if (begins && ends) {
                return true;
            }
        }
        return false;
    }

    private static boolean inName(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '|' || c == '-';
    }

    List<ResourceStatus> all() {
        return new ArrayList<>(statuses.values());
    }

    private void answered(
            String nonce, ResourceStatus.State state, String error, @Nullable Collection<String> onlyThese) {
        Set<String> sent = unanswered.remove(nonce);
        if (sent == null) {
            return;
        }
        for (String name : sent) {
            boolean concerned = onlyThese == null || onlyThese.contains(name);
            if (concerned) {
                statuses.computeIfPresent(name, (_, s) -> new ResourceStatus(type, name, s.version(), state, error));
            }
        }
    }
}
