package io.hyaline.apiserver.resource;

/** An API group and one of its versions; the group of core kinds is empty. */
public record GroupVersion(String group, String version) {

    public static GroupVersion of(String apiVersion) {
        int slash = apiVersion.indexOf('/');
        return slash < 0
                ? new GroupVersion("", apiVersion)
                : new GroupVersion(apiVersion.substring(0, slash), apiVersion.substring(slash + 1));
    }

    /** As it stands in an object: {@code v1}, {@code apps/v1}. */
    @Override
    public String toString() {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
