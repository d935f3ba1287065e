package io.hyaline.inject;

import java.util.List;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Manifest text in, injected manifest text out: what {@code hyaline inject -f} does. */
public final class Manifests {

    private final Injector injector;

    public Manifests(InjectionConfig config) {
        injector = new Injector(config);
    }

    /**
     * Documents that hold no pod pass through unchanged.
     *
     * @throws InjectException naming the object that cannot be injected
     */
    public String inject(String manifest) {
        StringJoiner out = new StringJoiner("---\n");
        for (JsonNode document : Yaml.documents(manifest)) {
            if (document instanceof ObjectNode object) {
                inject(object);
            }
            out.add(Yaml.text(document));
        }
        return out.toString();
    }

    private void inject(ObjectNode object) {
        String kind = Tree.text(object, "kind");
        try {
            switch (kind) {
                case "List" -> Tree.objects(object.path("items")).forEach(this::inject);
                case "Pod" -> object.setAll(injector.inject(object, namespace(object)));
                case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job" ->
                    template(object, List.of("spec", "template"));
                case "CronJob" -> template(object, List.of("spec", "jobTemplate", "spec", "template"));
                default -> {} // a Service, a ConfigMap, ...: no pod in it
            }
        } catch (InjectException e) {
            if (kind.equals("List")) {
                throw e;
            }
            String name = Tree.text(object.path("metadata"), "name");
            throw new InjectException(kind + " " + name + ": " + e.getMessage(), e);
        }
    }

    private void template(ObjectNode object, List<String> path) {
        JsonNode found = object;
        for (String step : path) {
            found = found.path(step);
        }
        if (!(found instanceof ObjectNode template)) {
            throw new InjectException("has no pod template at " + String.join(".", path));
        }
        ObjectNode named = template.deepCopy();
        owner(object, named);
        ObjectNode injected = injector.inject(named, namespace(object));
        Tree.object(injected, "metadata").remove("ownerReferences");
        template.setAll(injected);
    }

    /** The pods will belong to this object, which is where their workload name comes from. */
    private static void owner(ObjectNode object, ObjectNode template) {
        Tree.array(Tree.object(template, "metadata"), "ownerReferences")
                .add(Tree.object(
                        "apiVersion", Tree.text(object, "apiVersion"),
                        "kind", Tree.text(object, "kind"),
                        "name", Tree.text(object.path("metadata"), "name"),
                        "controller", true));
    }

    private static String namespace(ObjectNode object) {
        String namespace = Tree.text(object.path("metadata"), "namespace");
        return namespace.isEmpty() ? "default" : namespace;
    }
}
