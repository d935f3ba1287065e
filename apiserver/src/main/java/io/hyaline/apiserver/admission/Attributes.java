package io.hyaline.apiserver.admission;

import io.hyaline.apiserver.auth.User;
import io.hyaline.apiserver.resource.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is about to happen.
 *
 * @param object the new state, which mutating admission may change; null for a deletion
 * @param old the state before; null for a creation
 * @param warnings where webhooks put warnings for the caller
 */
public record Attributes(
        Operation operation,
        Resource resource,
        String subresource,
        String namespace,
        String name,
        User user,
        boolean dryRun,
        @Nullable ObjectNode object,
        @Nullable ObjectNode old,
        List<String> warnings) {

    public enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }
}
