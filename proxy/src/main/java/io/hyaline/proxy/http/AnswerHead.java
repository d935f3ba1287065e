package io.hyaline.proxy.http;

import io.hyaline.proxy.head.Head;
import io.hyaline.proxy.head.HeaderName;
import io.hyaline.proxy.loop.Worker;

/** What a connection manager does to the head of every answer: Envoy's mutateResponseHeaders. */
final class AnswerHead {

    private AnswerHead() {}

    static void settle(HcmPlan plan, Worker worker, Head request, Head answer) {
        if (!answer.has(HeaderName.DATE)) {
            answer.add(HeaderName.DATE, worker.dates().httpDate(System.currentTimeMillis()));
        }
        HcmPlan.Server server = plan.server();
        if (server.header() == HcmPlan.ServerHeader.OVERWRITE
                || (server.header() == HcmPlan.ServerHeader.APPEND_IF_ABSENT && !answer.has(HeaderName.SERVER))) {
            answer.set(HeaderName.SERVER, server.name());
        }
        if (!plan.edge().via().isEmpty()) {
            RequestHeaders.appended(answer, HeaderName.VIA, plan.edge().via());
        }
        if (plan.requestIds().alwaysInResponse()) {
            String id = request.value(HeaderName.X_REQUEST_ID);
            answer.set(HeaderName.X_REQUEST_ID, id == null ? "" : id);
        }
    }
}
