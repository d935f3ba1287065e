package io.hyaline.apiserver.stream;

import io.hyaline.apiserver.http.PodStreams;
import io.hyaline.apiserver.status.ApiException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.util.List;
import java.util.Map;

/** Logs and exec for kubectl, answered by the agent of the pod's node. */
public final class KubectlStreams implements PodStreams {

    private static final List<String> LOG_OPTIONS =
            List.of("follow", "tailLines", "sinceSeconds", "sinceTime", "timestamps", "previous", "limitBytes");
    private static final List<String> EXEC_OPTIONS = List.of("command", "stdin", "stdout", "stderr", "tty");

    @Override
    public boolean handle(ChannelHandlerContext ctx, FullHttpRequest request, PodRef pod, NodeRef node) {
        try {
            QueryStringDecoder uri = new QueryStringDecoder(request.uri());
            String path = uri.path();
            switch (path.substring(path.lastIndexOf('/') + 1)) {
                case "log" -> log(ctx, uri, pod, node);
                case "exec" -> exec(ctx, request, uri, pod, node);
                case "attach" ->
                    throw notSupported("attach is not supported; use kubectl logs -f to watch, kubectl exec to act");
                case "portforward" ->
                    throw notSupported("port-forward is not supported; pod and Service addresses are reachable from"
                            + " inside the cluster, load-balancer addresses from this machine");
                default -> throw ApiException.noSuchPath();
            }
        } catch (ApiException e) {
            Refusal.send(ctx, e);
        } finally {
            request.release();
        }
        return true;
    }

    private static ApiException notSupported(String message) {
        return ApiException.of(501, "NotImplemented", message);
    }

    private static void log(ChannelHandlerContext ctx, QueryStringDecoder uri, PodRef pod, NodeRef node) {
        String address = address("/containerLogs", pod, uri.parameters(), LOG_OPTIONS);
        LogRelay.start(ctx, node, address);
    }

    private static void exec(
            ChannelHandlerContext ctx, FullHttpRequest request, QueryStringDecoder uri, PodRef pod, NodeRef node) {
        ContainerChoice.mustBeAlive(pod.object());
        String address = address("/exec", pod, uri.parameters(), EXEC_OPTIONS);
        if (uri.parameters().getOrDefault("command", List.of()).isEmpty()) {
            throw ApiException.badRequest("you must specify at least 1 command");
        }
        String upgrade = request.headers().get(HttpHeaderNames.UPGRADE, "");
        ClientSide client;
        if (upgrade.equalsIgnoreCase("websocket")) {
            client = WebSocketSide.of(ctx, request);
        } else if (upgrade.equalsIgnoreCase(SpdySide.PROTOCOL)) {
            client = SpdySide.of(ctx, request, uri.parameters());
        } else {
            throw ApiException.badRequest("Upgrade request required");
        }
        ExecBridge.start(ctx, client, node, address);
    }

    private static String address(String prefix, PodRef pod, Map<String, List<String>> query, List<String> passedOn) {
        List<String> named = query.getOrDefault("container", List.of());
        String container = ContainerChoice.of(pod.object(), named.isEmpty() ? "" : named.getFirst());
        QueryStringEncoder address =
                new QueryStringEncoder(prefix + "/" + pod.namespace() + "/" + pod.name() + "/" + container);
        for (String option : passedOn) {
            for (String value : query.getOrDefault(option, List.of())) {
                address.addParam(option, value);
            }
        }
        return address.toString();
    }
}
