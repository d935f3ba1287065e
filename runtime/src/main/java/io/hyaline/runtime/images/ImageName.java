package io.hyaline.runtime.images;

/** An image's repository in full, without tag and digest: {@code docker.io/library/nginx}. */
record ImageName(String repository) {

    static ImageName parse(String image) {
        String name = image.strip();
        if (name.isEmpty() || name.contains(" ")) {
            throw new IllegalArgumentException("couldn't parse image name \"" + image + "\": invalid reference format");
        }
        int digest = name.indexOf('@');
        if (digest > 0) {
            name = name.substring(0, digest);
        }
        int tag = name.lastIndexOf(':');
        if (tag > name.lastIndexOf('/')) {
            name = name.substring(0, tag);
        }
        int slash = name.indexOf('/');
        if (slash < 0) {
            return new ImageName("docker.io/library/" + name);
        }
        String first = name.substring(0, slash);
        boolean registry = first.contains(".") || first.contains(":") || first.equals("localhost");
        return new ImageName(registry ? name : "docker.io/" + name);
    }

    /** Whether {@code pattern}, an image name in which {@code *} stands for anything, means this repository. */
    boolean matches(String pattern) {
        String full = pattern.startsWith("*") ? pattern : parse(pattern).repository;
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < full.length(); i++) {
            char c = full.charAt(i);
            regex.append(c == '*' ? ".*" : java.util.regex.Pattern.quote(String.valueOf(c)));
        }
        return repository.matches(regex.toString());
    }
}
