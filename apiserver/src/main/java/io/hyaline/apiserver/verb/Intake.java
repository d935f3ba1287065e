package io.hyaline.apiserver.verb;

import tools.jackson.databind.node.ObjectNode;

/** What happens to an object between its body and the store: defaults, admission, allocation, validation. */
public interface Intake {
    /** Completes and checks a new object; throws ApiException. */
    void create(Call call, ObjectNode object);

    /** Completes and checks the new state of an object; throws ApiException. */
    void update(Call call, ObjectNode object, ObjectNode old);

    /** Admission for a deletion; throws ApiException. */
    void delete(Call call, ObjectNode old);

    /** A new object that was not stored after all gives back what was allocated for it. */
    void abandon(Call call, ObjectNode object);
}
