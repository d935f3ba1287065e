package io.hyaline.capture.plan;

import java.util.List;

/** The users and groups that a proxy runs as; they count only under {@link Profile#KUBERNETES}. */
public record ProxyOwners(List<Integer> uids, List<Integer> gids) {

    public static final ProxyOwners ISTIO = new ProxyOwners(List.of(1337), List.of(1337));

    public ProxyOwners {
        uids = List.copyOf(uids);
        gids = List.copyOf(gids);
    }
}
