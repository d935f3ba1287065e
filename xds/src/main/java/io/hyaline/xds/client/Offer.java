package io.hyaline.xds.client;

import com.google.protobuf.Message;

/** One resource of a response, opened and judged. */
sealed interface Offer {

    String name();

    record Good(String name, String version, Message message) implements Offer {}

    /** @param named whether {@code name} is the resource's own, not its position */
    record Refused(String name, boolean named, String reason) implements Offer {}

    static Offer good(String name, String version, Message message) {
        return new Good(name, version, message);
    }

    static Offer refused(String name, int index, String reason) {
        return name.isEmpty() ? nameless(index, reason) : new Refused(name, true, reason);
    }

    static Offer nameless(int index, String reason) {
        return new Refused("resource #" + index, false, reason);
    }
}
