package io.hyaline.xds.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Opens the envelopes of a response and judges each resource alone.
 *
 * @see Offer
 */
public final class Intake {

    private static final String WRAPPED = "type.googleapis.com/envoy.service.discovery.v3.Resource";

    private final ResourceCheck check;
    private final UnaryOperator<Message> shared;

    /**
     * @param shared returns the one instance to keep of equal messages, so that many proxies in one process hold a
     *     cluster once
     */
    public Intake(ResourceCheck check, UnaryOperator<Message> shared) {
        this.check = check;
        this.shared = shared;
    }

    public Intake(ResourceCheck check) {
        this(check, UnaryOperator.identity());
    }

    List<Offer> openAll(ResourceType type, List<Any> resources) {
        List<Offer> offers = new ArrayList<>(resources.size());
        for (int i = 0; i < resources.size(); i++) {
            offers.add(openAny(type, resources.get(i), i));
        }
        return withoutTwins(offers);
    }

    List<Offer> openVersioned(ResourceType type, List<Resource> resources) {
        List<Offer> offers = new ArrayList<>(resources.size());
        for (int i = 0; i < resources.size(); i++) {
            offers.add(openWrapper(type, resources.get(i), i));
        }
        return withoutTwins(offers);
    }

    private Offer openAny(ResourceType type, Any any, int index) {
        if (!any.getTypeUrl().equals(WRAPPED)) {
            return open(type, any, "", "", index);
        }
        try {
            return openWrapper(type, Resource.parseFrom(any.getValue()), index);
        } catch (InvalidProtocolBufferException e) {
            return Offer.nameless(index, "the Resource wrapper cannot be parsed: " + e.getMessage());
        }
    }

    private Offer openWrapper(ResourceType type, Resource wrapper, int index) {
        return open(type, wrapper.getResource(), wrapper.getName(), wrapper.getVersion(), index);
    }

    private Offer open(ResourceType type, Any any, String outerName, String version, int index) {
        if (!any.getTypeUrl().equals(type.typeUrl())) {
            return Offer.refused(outerName, index, "type " + any.getTypeUrl() + ", expected " + type.typeUrl());
        }
        Message message;
        try {
            message = type.parser().parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException e) {
            return Offer.refused(outerName, index, "cannot be parsed: " + e.getMessage());
        }
        String name = type.nameOf(message);
        if (name.isEmpty()) {
            return Offer.refused(outerName, index, "has no name");
        }
        if (!outerName.isEmpty() && !outerName.equals(name)) {
            return Offer.refused(outerName, index, "its content is named " + name);
        }
        Optional<String> problem = check.problem(type, message);
        return problem.isPresent()
                ? Offer.refused(name, index, problem.get())
                : Offer.good(name, version, shared.apply(message));
    }

    private static List<Offer> withoutTwins(List<Offer> offers) {
        Set<String> seen = new HashSet<>();
        Set<String> twins = new HashSet<>();
        for (Offer offer : offers) {
            if (!seen.add(offer.name())) {
                twins.add(offer.name());
            }
        }
        if (twins.isEmpty()) {
            return offers;
        }
        List<Offer> result = new ArrayList<>();
        for (Offer offer : offers) {
            if (!twins.contains(offer.name())) {
                result.add(offer);
            } else if (seen.remove(offer.name())) {
                result.add(Offer.refused(offer.name(), 0, "appears more than once in one response"));
            }
        }
        return result;
    }
}
