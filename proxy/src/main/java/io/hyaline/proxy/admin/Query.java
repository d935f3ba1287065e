package io.hyaline.proxy.admin;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Path and parameters of a request to the admin endpoint. */
record Query(String method, String path, Map<String, List<String>> parameters) {

    static Query of(String method, String target) {
        QueryStringDecoder decoder = new QueryStringDecoder(target);
        return new Query(method, decoder.path(), decoder.parameters());
    }

    boolean has(String name) {
        return parameters.containsKey(name);
    }

    @Nullable
    String value(String name) {
        List<String> values = parameters.get(name);
        return values == null ? null : values.getFirst();
    }
}
