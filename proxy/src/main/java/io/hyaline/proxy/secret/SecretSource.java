package io.hyaline.proxy.secret;

import java.util.Set;

/**
 * Yields secrets by name, first and whenever they change, to the consumer it was made with. Used on the control thread
 * only, and calls its consumer there.
 */
public interface SecretSource extends AutoCloseable {

    /** The names that are needed now. */
    void want(Set<String> names);

    /** Why a wanted secret is not there; empty when all is well. May be asked from any thread. */
    String lastFailure();

    @Override
    void close();
}
