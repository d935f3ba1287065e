package io.hyaline.capture.plan;

/** How inbound connections reach the proxy; outbound ones are redirected in both capturing modes. */
public enum InterceptionMode {
    REDIRECT,
    TPROXY,
    /** Nothing is captured: the pod gets no istio-init and the application asks its proxy explicitly. */
    NONE;

    static InterceptionMode parse(String option, String value) {
        for (InterceptionMode mode : values()) {
            if (mode.name().equals(value)) {
                return mode;
            }
        }
        throw new PlanException(option, value, "must be REDIRECT, TPROXY or NONE");
    }
}
