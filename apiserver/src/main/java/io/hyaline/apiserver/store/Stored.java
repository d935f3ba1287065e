package io.hyaline.apiserver.store;

import tools.jackson.databind.node.ObjectNode;

/**
 * An object at a revision. Tree and text say the same and are shared by all readers: nobody may change them.
 *
 * @param bytes the object as JSON text
 */
@SuppressWarnings("ArrayRecordComponent") // identity is by key and revision; the text is never compared
public record Stored(Key key, long revision, ObjectNode object, byte[] bytes) {}
