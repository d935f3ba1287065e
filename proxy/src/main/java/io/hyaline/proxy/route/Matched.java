package io.hyaline.proxy.route;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.log.StreamRecord;
import org.jspecify.annotations.Nullable;

/** The route a request took, and whose edits apply to it: from the most to the least specific. */
public record Matched(RouteTable table, RouteTable.VirtualHost host, RoutePlan route, RoutePlan.@Nullable Share share) {

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
