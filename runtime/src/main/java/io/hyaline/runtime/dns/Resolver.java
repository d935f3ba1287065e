package io.hyaline.runtime.dns;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers queries from the zone, and hands the rest on if there is somewhere to hand it to. */
final class Resolver {

    private static final int PLAIN_LIMIT_BYTES = 512;
    private static final int TRUNCATED = 0x02;
    private static final int ALIAS_LIMIT = 4;

    private final Supplier<DnsZone> zone;
    private final Upstream upstream;

    /** Where names of the outside world are asked. */
    interface Upstream {

        /** The answer to {@code query} as it came, or null when there is nobody to ask or nobody answered. */
        byte @Nullable [] ask(byte[] query);
    }

    Resolver(Supplier<DnsZone> zone, Upstream upstream) {
        this.zone = zone;
        this.upstream = upstream;
    }

    /** Null for what deserves no answer. */
    byte @Nullable [] answer(byte[] query, boolean datagram) {
        DnsMessage.Question question;
        try {
            question = DnsMessage.question(query);
        } catch (IllegalArgumentException e) {
            return null;
        }
        byte[] answer = answer(query, question);
        if (datagram && answer.length > PLAIN_LIMIT_BYTES && question.opcode() == 0) {
            byte[] shortened = DnsMessage.answer(question, DnsMessage.NO_ERROR, List.of(), "");
            shortened[2] |= TRUNCATED;
            return shortened;
        }
        return answer;
    }

    private byte[] answer(byte[] query, DnsMessage.Question question) {
        if (question.opcode() != 0) {
            return DnsMessage.answer(question, DnsMessage.NOT_IMPLEMENTED, List.of(), "");
        }
        DnsZone current = zone.get();
        Optional<String> address = ReverseName.address(question.name());
        if (address.isPresent()) {
            return reverse(query, question, current.reverse(address.get()));
        }
        List<DnsMessage.Answer> answers = new ArrayList<>();
        String name = question.name();
        for (int i = 0; i < ALIAS_LIMIT; i++) {
            switch (current.find(name)) {
                case DnsZone.Answer.Found found -> {
                    answers.addAll(records(name, question.type(), found));
                    return DnsMessage.answer(question, DnsMessage.NO_ERROR, answers, current.domain());
                }
                case DnsZone.Answer.Alias alias -> {
                    answers.add(DnsMessage.alias(name, alias.name()));
                    name = alias.name();
                }
                case DnsZone.Answer.Missing missing -> {
                    return DnsMessage.answer(question, DnsMessage.NO_SUCH_NAME, answers, current.domain());
                }
                case DnsZone.Answer.Foreign foreign -> {
                    return foreign(query, question, answers);
                }
            }
        }
        return DnsMessage.answer(question, DnsMessage.SERVER_FAILURE, answers, "");
    }

    private byte[] foreign(byte[] query, DnsMessage.Question question, List<DnsMessage.Answer> answers) {
        if (!answers.isEmpty()) {
            return DnsMessage.answer(question, DnsMessage.NO_ERROR, answers, "");
        }
        byte[] answer = upstream.ask(query);
        return answer == null ? DnsMessage.answer(question, DnsMessage.NO_SUCH_NAME, List.of(), "") : answer;
    }

    private byte[] reverse(byte[] query, DnsMessage.Question question, String name) {
        if (name.isEmpty()) {
            return foreign(query, question, List.of());
        }
        boolean wanted = question.type() == DnsMessage.PTR || question.type() == DnsMessage.ANY;
        List<DnsMessage.Answer> answers = wanted ? List.of(DnsMessage.pointer(question.name(), name)) : List.of();
        return DnsMessage.answer(question, DnsMessage.NO_ERROR, answers, "");
    }

    private static List<DnsMessage.Answer> records(String name, int type, DnsZone.Answer.Found found) {
        List<DnsMessage.Answer> answers = new ArrayList<>();
        found.addresses().stream()
                .map(address -> DnsMessage.address(name, address))
                .filter(answer -> type == answer.type() || type == DnsMessage.ANY)
                .forEach(answers::add);
        Collections.shuffle(answers);
        if (type == DnsMessage.SRV || type == DnsMessage.ANY) {
            found.targets().forEach(target -> answers.add(DnsMessage.service(name, target)));
        }
        return answers;
    }
}
