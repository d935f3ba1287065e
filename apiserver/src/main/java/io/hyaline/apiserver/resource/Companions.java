package io.hyaline.apiserver.resource;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.autoscaling.v1.Scale;
import io.fabric8.kubernetes.api.model.policy.v1.Eviction;
import io.hyaline.apiserver.schema.ModelSchemas;
import java.util.Set;

/** Kinds that travel through subresources of other kinds. */
public record Companions(Resource scale, Resource tokenRequest, Resource eviction, Resource binding) {

    public static Companions of(ModelSchemas schemas) {
        return new Companions(
                companion(schemas, "autoscaling/v1", "Scale", Scale.class),
                companion(schemas, "authentication.k8s.io/v1", "TokenRequest", TokenRequest.class),
                companion(schemas, "policy/v1", "Eviction", Eviction.class),
                companion(schemas, "v1", "Binding", Binding.class));
    }

    private static Resource companion(ModelSchemas schemas, String apiVersion, String kind, Class<?> model) {
        GroupVersion version = GroupVersion.of(apiVersion);
        return new Resource(version, Names.of(kind, ""), true, Set.of(), schemas.of(model), "", version, false, null);
    }
}
