package io.hyaline.proxy.secret;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Turns a certificate request into a chain. */
interface Signer extends AutoCloseable {

    /** Calls {@code answer} on the control thread with PEM certificates, leaf first and root last, or with an error. */
    void sign(String requestPem, BiConsumer<@Nullable List<String>, @Nullable String> answer);

    /** Gives up what is under way; no answer comes any more. */
    @Override
    void close();
}
