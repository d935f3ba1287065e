package io.hyaline.objects.istio;

/** Names the object that a policy is attached to. */
public record PolicyTarget(
        String group, @Required String kind, @Required String name, String namespace) {}
