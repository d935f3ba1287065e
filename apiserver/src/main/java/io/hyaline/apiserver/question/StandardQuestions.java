package io.hyaline.apiserver.question;

import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Companions;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Codec;
import io.hyaline.apiserver.verb.Target;
import io.hyaline.apiserver.verb.Verbs.Questions;
import tools.jackson.databind.node.ObjectNode;

/** Finds who answers a question. */
public final class StandardQuestions implements Questions {
    private final Accounts accounts;
    private final PodMoves pods;
    private final Companions companions;

    public StandardQuestions(Accounts accounts, PodMoves pods, Companions companions) {
        this.accounts = accounts;
        this.pods = pods;
        this.companions = companions;
    }

    @Override
    public ObjectNode ask(Call call) {
        Target target = call.target();
        return switch (target.subresource()) {
            case "" -> whole(call);
            case "token" -> accounts.issue(call, body(call, companions.tokenRequest()));
            case "binding" -> pods.bind(call, body(call, companions.binding()));
            case "eviction" -> pods.evict(call, body(call, companions.eviction()));
            default -> throw ApiException.noSuchPath();
        };
    }

    private ObjectNode whole(Call call) {
        ObjectNode question = Codec.object(call);
        return switch (call.target().resource().kind()) {
            case "TokenReview" -> accounts.review(question);
            case "SelfSubjectReview" -> {
                question.putObject("status").set("userInfo", call.user().json());
                yield question;
            }
            case "SelfSubjectRulesReview" -> rules(question);
            case "Binding" -> pods.bind(call, question);
            default -> allowed(question);
        };
    }

    private static ObjectNode body(Call call, Resource kind) {
        return Codec.object(call.as(kind));
    }

    /** Everybody who is known may do everything. */
    private static ObjectNode allowed(ObjectNode question) {
        question.putObject("status")
                .put("allowed", true)
                .put("reason", "every authenticated user may do everything here");
        return question;
    }

    private static ObjectNode rules(ObjectNode question) {
        ObjectNode status = question.putObject("status");
        ObjectNode rule = status.putArray("resourceRules").addObject();
        rule.set("verbs", Json.array("*"));
        rule.set("apiGroups", Json.array("*"));
        rule.set("resources", Json.array("*"));
        ObjectNode paths = status.putArray("nonResourceRules").addObject();
        paths.set("verbs", Json.array("*"));
        paths.set("nonResourceURLs", Json.array("*"));
        status.put("incomplete", false);
        return question;
    }
}
