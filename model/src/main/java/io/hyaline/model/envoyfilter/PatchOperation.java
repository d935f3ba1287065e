package io.hyaline.model.envoyfilter;

/** What a patch does; the names are Istio's. */
public enum PatchOperation {
    MERGE,
    ADD,
    REMOVE,
    INSERT_BEFORE,
    INSERT_AFTER,
    INSERT_FIRST,
    REPLACE,
    MERGE_AND_REPLACE_LIST;

    public boolean merges() {
        return this == MERGE || this == MERGE_AND_REPLACE_LIST;
    }
}
