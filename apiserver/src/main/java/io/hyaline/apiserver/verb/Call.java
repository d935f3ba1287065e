package io.hyaline.apiserver.verb;

import io.hyaline.apiserver.auth.User;
import io.hyaline.apiserver.http.Query;
import io.hyaline.apiserver.http.Request;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A request on its way through the verbs. Warnings gather here and travel as headers. */
public record Call(Request request, User user, Target target, List<String> warnings) {

    public static Call of(Request request, User user, Target target) {
        return new Call(request, user, target, new ArrayList<>());
    }

    /** What the server does of its own accord. */
    public static Call system(Target target) {
        Request request = new Request(
                "", "", new Query(Map.of()), Map.of("user-agent", "kube-apiserver"), new byte[0], List.of(), "");
        return of(request, User.SYSTEM, target);
    }

    /** The same request about something else. */
    public Call at(Target other) {
        return new Call(request, user, other, warnings);
    }

    /** The same request with a body of another kind. */
    public Call as(Resource kind) {
        return at(new Target(kind, target.namespace(), target.name(), ""));
    }

    public Query query() {
        return request.query();
    }

    public boolean dryRun() {
        List<String> values = query().all("dryRun");
        if (values.isEmpty()) {
            return false;
        }
        if (!values.equals(List.of("All"))) {
            throw ApiException.of(
                    422,
                    "Invalid",
                    " \"\" is invalid: dryRun: Unsupported value: \"" + values.getFirst()
                            + "\": supported values: \"All\"");
        }
        return true;
    }

    /** Who shall be known as the manager of written fields. */
    public String manager() {
        if (query().has("fieldManager")) {
            return query().get("fieldManager");
        }
        String agent = request.header("user-agent");
        int slash = agent.indexOf('/');
        String name = slash < 0 ? agent : agent.substring(0, slash);
        return name.isEmpty() ? "unknown" : name.length() > 128 ? name.substring(0, 128) : name;
    }

    /** Whether this is a server-side apply. */
    public boolean applies() {
        return request.contentType().startsWith("application/apply-patch");
    }

    ApiException notFound() {
        return ApiException.notFound(
                target.resource().plural(), target.resource().group(), target.name());
    }
}
