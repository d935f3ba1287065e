package io.hyaline.runtime.controllers;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** Kinds of patches. */
final class ApiPatch {

    static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    private ApiPatch() {}
}
