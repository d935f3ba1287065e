package io.hyaline.model.policy;

import java.util.Map;

/** Some of a host's endpoints, by the labels of their pods, and what differs for them. */
public record Subset(String name, Map<String, String> labels, TrafficPolicy policy) {
    public Subset {
        labels = Map.copyOf(labels);
    }
}
