package io.hyaline.apiserver.discovery;

import io.hyaline.apiserver.resource.GroupVersion;
import io.hyaline.apiserver.resource.Resource;
import java.util.List;

/** What discovery says about a subresource: the kind that travels through it, and the verbs. */
record Subresource(GroupVersion version, String kind, List<String> verbs) {
    private static final List<String> ALL =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
    private static final List<String> EDIT = List.of("get", "patch", "update");
    private static final List<String> CREATE = List.of("create");
    private static final GroupVersion CORE = new GroupVersion("", "v1");

    static List<String> verbs(Resource resource) {
        return resource.createOnly() ? CREATE : ALL;
    }

    static Subresource of(Resource resource, String name) {
        return switch (name) {
            case "scale" -> new Subresource(new GroupVersion("autoscaling", "v1"), "Scale", EDIT);
            case "token" -> new Subresource(new GroupVersion("authentication.k8s.io", "v1"), "TokenRequest", CREATE);
            case "eviction" -> new Subresource(new GroupVersion("policy", "v1"), "Eviction", CREATE);
            case "binding" -> new Subresource(CORE, "Binding", CREATE);
            case "log" -> new Subresource(CORE, "Pod", List.of("get"));
            case "exec" -> new Subresource(CORE, "PodExecOptions", List.of("create", "get"));
            case "attach" -> new Subresource(CORE, "PodAttachOptions", List.of("create", "get"));
            case "portforward" -> new Subresource(CORE, "PodPortForwardOptions", List.of("create", "get"));
            case "finalize" -> new Subresource(resource.version(), resource.kind(), List.of("update"));
            default -> new Subresource(resource.version(), resource.kind(), EDIT);
        };
    }
}
