package io.hyaline.apiserver.http;

/** Answers requests; called on a virtual thread, may block. */
@FunctionalInterface
public interface Handler {
    Response handle(Request request);
}
