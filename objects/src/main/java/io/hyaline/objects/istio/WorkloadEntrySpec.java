package io.hyaline.objects.istio;

import java.util.Map;

/** {@code networking.istio.io} WorkloadEntry. */
public record WorkloadEntrySpec(
        String address,
        Map<String, Integer> ports,
        Map<String, String> labels,
        String network,
        String locality,
        int weight,
        String serviceAccount) {}
