package io.hyaline.objects.istio;

import java.util.Map;

/** Selects pods by labels, in the networking API's spelling. */
public record WorkloadSelector(Map<String, String> labels) {}
