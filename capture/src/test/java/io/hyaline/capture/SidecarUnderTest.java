package io.hyaline.capture;

import io.hyaline.testkit.Host;
import io.hyaline.testkit.Running;

/** What runs behind the rules in {@link InterceptionScenarios}: the stand-in here, a real proxy elsewhere. */
interface SidecarUnderTest {

    /**
     * Starts listening in {@code pod} and returns when it does.
     *
     * @param service {@code VIP:PORT=ADDRESS:PORT}, the Service that leads back to the pod itself
     */
    Running start(Host pod, String mode, String service);
}
