package io.hyaline.proxy.route;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.log.StreamRecord;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The route a request took, and whose edits apply to it: from the most to the least specific. */
public record Matched(RouteTable table, RouteTable.VirtualHost host, RoutePlan route, RoutePlan.@Nullable Share share) {

    /**
     * The route of a request, and the weighted cluster that it falls to; null when there is none.
     *
     * @param table null while none has come
     */
    public static @Nullable Matched find(@Nullable RouteTable table, Head head, SplittableRandom random) {
        RouteTable.VirtualHost host = table == null ? null : table.host(table.anyHostOnly() ? "" : head.authority());
        if (table == null || host == null) {
            return null;
        }
        RoutePlan route = RouteMatcher.match(host.routes(), head, random.nextDouble());
        if (route == null) {
            return null;
        }
        RoutePlan.Share share = route.action() instanceof RoutePlan.Forward forward
                ? ClusterChoice.share(forward.target(), random)
                : null;
        return new Matched(table, host, route, share);
    }

    /** The cluster that the request goes to; null when it goes to none. */
    public @Nullable String cluster(Head head) {
        return route.action() instanceof RoutePlan.Forward forward
                ? ClusterChoice.name(forward.target(), share, head)
                : null;
    }

    /** What applies to filters: the most specific word of all levels. */
    public FilterSettings filters() {
        return share != null ? share.filters() : route.filters();
    }

    public void editRequest(Head head, StreamRecord record) {
        if (share != null) {
            edit(share.requestEdits(), head, record);
        }
        edit(route.requestEdits(), head, record);
        edit(host.requestEdits(), head, record);
        edit(table.requestEdits(), head, record);
    }

    public void editResponse(Head head, StreamRecord record) {
        if (share != null) {
            edit(share.responseEdits(), head, record);
        }
        edit(route.responseEdits(), head, record);
        edit(host.responseEdits(), head, record);
        edit(table.responseEdits(), head, record);
    }

    private static void edit(HeaderEdits edits, Head head, StreamRecord record) {
        if (!edits.isEmpty()) {
            Edits.apply(edits, head, record);
        }
    }
}
