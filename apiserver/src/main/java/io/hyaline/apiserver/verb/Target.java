package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.store.Key;

/** What a request is about. Namespace, name and subresource are empty where the path has none. */
public record Target(Resource resource, String namespace, String name, String subresource) {

    public Target named(String newName) {
        return new Target(resource, namespace, newName, subresource);
    }

    public Target in(String newNamespace) {
        return new Target(resource, newNamespace, name, subresource);
    }

    public Key key() {
        return new Key(resource.storage(), resource.namespaced() ? namespace : "", name);
    }

    boolean whole() {
        return subresource.isEmpty();
    }
}
