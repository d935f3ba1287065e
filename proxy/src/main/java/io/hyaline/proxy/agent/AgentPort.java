package io.hyaline.proxy.agent;

/** The agent's servers. */
public enum AgentPort {
    /** Readiness, application probes, metrics, the way to end the sidecar. */
    STATUS(15020),
    /** Readiness alone, for the kubelet and load balancers. */
    HEALTH(15021),
    /** Metrics alone, for scrapers. */
    METRICS(15090);

    private final int number;

    AgentPort(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
