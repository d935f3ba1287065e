package io.hyaline.proxy.agent;

/** What the agent reports of the sidecar beside it, and the one thing that it may ask of it. Called on event loops. */
public interface SidecarStatus {

    /** Why the sidecar is not ready; empty when it is. */
    String notReady();

    /** Metrics in Prometheus' text format. */
    String metrics();

    /** The application is done and the sidecar shall end. */
    void quit();
}
