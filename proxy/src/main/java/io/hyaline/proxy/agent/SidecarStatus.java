package io.hyaline.proxy.agent;

import java.util.concurrent.CompletionStage;

/** What the agent reports of the sidecar beside it, and the one thing that it may ask of it. Called on event loops. */
public interface SidecarStatus {

    /** Why the sidecar is not ready; empty when it is. */
    CompletionStage<String> notReady();

    /** Metrics in Prometheus' text format. */
    CompletionStage<String> metrics();

    /** The application is done and the sidecar shall end. */
    void quit();
}
