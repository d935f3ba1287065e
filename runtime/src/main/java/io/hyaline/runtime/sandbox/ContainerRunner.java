package io.hyaline.runtime.sandbox;

/** A way to run containers: as processes, or inside this program for what Hyaline itself provides. */
public interface ContainerRunner {

    boolean accepts(ContainerRequest request);

    /** Starts it. What goes wrong later, or at once, is an {@link RunningContainer.Exit}. */
    RunningContainer start(ContainerRequest request);
}
