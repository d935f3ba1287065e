package io.hyaline.objects.istio;

import java.util.Map;

/** Selects pods by labels, in the security and telemetry APIs' spelling. */
public record LabelSelector(Map<String, String> matchLabels) {}
