package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/** Names an object of a kind; the namespace is empty for those without one. */
record Key(String namespace, String name) {

    static Key of(HasMetadata object) {
        return new Key(
                Objects.requireNonNullElse(object.getMetadata().getNamespace(), ""),
                object.getMetadata().getName());
    }

    /** As informers index it. */
    String inStore() {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }
}
