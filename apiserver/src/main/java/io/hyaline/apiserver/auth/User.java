package io.hyaline.apiserver.auth;

import io.hyaline.apiserver.json.Json;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/** Who is calling. */
public record User(String name, String uid, List<String> groups, Map<String, List<String>> extra) {
    public static final User ANONYMOUS = new User("system:anonymous", "", List.of("system:unauthenticated"), Map.of());

    /** The server's own hand. */
    public static final User SYSTEM = new User("system:apiserver", "", List.of("system:masters"), Map.of());

    public boolean anonymous() {
        return name.equals(ANONYMOUS.name());
    }

    /** As it stands in reviews and admission requests. */
    public ObjectNode json() {
        ObjectNode json = Json.object().put("username", name);
        if (!uid.isEmpty()) {
            json.put("uid", uid);
        }
        json.set("groups", Json.array(groups));
        if (!extra.isEmpty()) {
            ObjectNode more = json.putObject("extra");
            extra.forEach((key, values) -> more.set(key, Json.array(values)));
        }
        return json;
    }
}
