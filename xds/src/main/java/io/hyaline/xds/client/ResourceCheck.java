package io.hyaline.xds.client;

import com.google.protobuf.Message;
import java.util.Optional;

/** Judges one resource alone, before it is accepted. */
@FunctionalInterface
public interface ResourceCheck {

    /** Why {@code resource} cannot be used; empty when it can. */
    Optional<String> problem(ResourceType type, Message resource);
}
