package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Map;

/** Makes pods from templates. */
final class PodTemplates {

    private PodTemplates() {}

    static Pod pod(HasMetadata owner, PodTemplateSpec template) {
        ObjectMeta metadata = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        String prefix = owner.getMetadata().getName() + "-";
        return new PodBuilder()
                .withNewMetadata()
                .withName(prefix + NameSuffix.random())
                .withGenerateName(prefix)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(metadata.getLabels() == null ? Map.of() : metadata.getLabels())
                .withAnnotations(metadata.getAnnotations() == null ? Map.of() : metadata.getAnnotations())
                .withFinalizers(metadata.getFinalizers())
                .withOwnerReferences(Owners.reference(owner))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }
}
