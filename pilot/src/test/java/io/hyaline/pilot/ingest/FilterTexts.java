package io.hyaline.pilot.ingest;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.hyaline.model.EnvoyFilter;

/** Lets tests of other packages read EnvoyFilters as ingest does. */
public final class FilterTexts {
    private FilterTexts() {}

    public static EnvoyFilter read(GenericKubernetesResource object) {
        return EnvoyFilterReader.read(object);
    }
}
