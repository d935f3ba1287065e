package io.hyaline.apiserver.store;

import io.hyaline.apiserver.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object at a revision. Tree and text say the same and are shared by all readers: nobody may change them. A tree is
 * several times as large as its text, so that the history keeps the text alone.
 */
public final class Stored {
    private final Key key;
    private final long revision;
    private final byte[] bytes;
    private volatile @Nullable ObjectNode object;

    /** @param bytes the object as JSON text */
    public Stored(Key key, long revision, ObjectNode object, byte[] bytes) {
        this.key = key;
        this.revision = revision;
        this.object = object;
        this.bytes = bytes;
    }

    public Key key() {
        return key;
    }

    public long revision() {
        return revision;
    }

    /** The tree; read anew at each call once it was let go. */
    public ObjectNode object() {
        ObjectNode kept = object;
        return kept == null ? Json.parse(bytes) : kept;
    }

    /** The object as JSON text. */
    public byte[] bytes() {
        return bytes;
    }

    /** Nobody asks for this revision's tree any more, or seldom. */
    void letGoOfTree() {
        object = null;
    }
}
