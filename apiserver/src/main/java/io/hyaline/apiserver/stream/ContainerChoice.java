package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Which container of a pod is meant; refusals are worded as kube-apiserver words them. */
final class ContainerChoice {

    private static final String DEFAULT_CONTAINER = "kubectl.kubernetes.io/default-container";

    private ContainerChoice() {}

    /** @param asked the container that the client names, or the empty string */
    static String of(ObjectNode pod, String asked) {
        String podName = Json.string(pod, "metadata", "name");
        List<String> containers = names(pod, "containers");
        List<String> inits = names(pod, "initContainers");
        List<String> all = new ArrayList<>(containers);
        all.addAll(inits);
        all.addAll(names(pod, "ephemeralContainers"));
        if (!asked.isEmpty()) {
            if (!all.contains(asked)) {
                throw ApiException.badRequest("container " + asked + " is not valid for pod " + podName);
            }
            return asked;
        }
        String annotated = Json.string(pod, "metadata", "annotations", DEFAULT_CONTAINER);
        if (all.contains(annotated)) {
            return annotated;
        }
        if (containers.size() == 1) {
            return containers.getFirst();
        }
        String choice = "[" + String.join(" ", containers) + "]";
        if (!inits.isEmpty()) {
            choice += " or one of the init containers: [" + String.join(" ", inits) + "]";
        }
        throw ApiException.badRequest(
                "a container name must be specified for pod " + podName + ", choose one of: " + choice);
    }

    /** @throws ApiException when nothing can be run in the pod any more */
    static void mustBeAlive(ObjectNode pod) {
        String phase = Json.string(pod, "status", "phase");
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            throw ApiException.badRequest("cannot exec into a container in a completed pod; current phase is " + phase);
        }
    }

    private static List<String> names(ObjectNode pod, String list) {
        List<String> names = new ArrayList<>();
        for (ObjectNode container : Json.objects(pod, "spec", list)) {
            names.add(Json.string(container, "name"));
        }
        return names;
    }
}
