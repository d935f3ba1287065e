package io.hyaline.apiserver.select;

import java.util.function.Predicate;
import tools.jackson.databind.node.ObjectNode;

/** What a list or watch wants to see. */
public record Selection(LabelSelector labels, FieldSelector fields) implements Predicate<ObjectNode> {

    @Override
    public boolean test(ObjectNode object) {
        return fields.matches(object) && labels.matches(object);
    }
}
