package io.hyaline.capture.plan;

/** Who counts as the proxy: sockets with a mark, or also processes of a uid or gid as in Istio. */
public enum Profile {
    /** Only marks tell the proxy's sockets from the application's; users mean nothing. */
    MARKS,
    /** Marks, and the uids and gids of the plan, for proxies that cannot set a mark. */
    KUBERNETES;

    static Profile parse(String option, String value) {
        return switch (value) {
            case "marks" -> MARKS;
            case "kubernetes" -> KUBERNETES;
            default -> throw new PlanException(option, value, "must be marks or kubernetes");
        };
    }
}
