package io.hyaline.apiserver.intake;

import io.hyaline.apiserver.admission.Attributes;
import io.hyaline.apiserver.admission.Attributes.Operation;
import io.hyaline.apiserver.admission.PodAdmission;
import io.hyaline.apiserver.admission.Webhooks;
import io.hyaline.apiserver.allocate.ServiceNumbers;
import io.hyaline.apiserver.apply.Owners;
import io.hyaline.apiserver.defaults.Defaults;
import io.hyaline.apiserver.json.Json;
import io.hyaline.apiserver.resource.Definitions;
import io.hyaline.apiserver.resource.Resource;
import io.hyaline.apiserver.schema.SchemaDefaults;
import io.hyaline.apiserver.status.ApiException;
import io.hyaline.apiserver.status.FieldError;
import io.hyaline.apiserver.store.Key;
import io.hyaline.apiserver.store.Store;
import io.hyaline.apiserver.store.Stored;
import io.hyaline.apiserver.validate.Validation;
import io.hyaline.apiserver.verb.Call;
import io.hyaline.apiserver.verb.Intake;
import io.hyaline.apiserver.verb.Target;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The rules that every object passes. */
public final class StandardIntake implements Intake {
    /** Namespaces without which nothing works. */
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    private final Store store;
    private final InstantSource clock;
    private final Webhooks webhooks;
    private final PodAdmission pods;
    private final ServiceNumbers services;

    public StandardIntake(
            Store store, InstantSource clock, Webhooks webhooks, PodAdmission pods, ServiceNumbers services) {
        this.store = store;
        this.clock = clock;
        this.webhooks = webhooks;
        this.pods = pods;
        this.services = services;
    }

    @Override
    public void create(Call call, ObjectNode object) {
        Target target = call.target();
        Resource resource = target.resource();
        checkNamespace(target);
        defaults(resource, object);
        Defaults.created(resource, object);
        if (resource.is(Definitions.STORAGE)) {
            DefinitionStatus.created(object, Json.string(object, "metadata", "creationTimestamp"));
        }
        if (!call.applies()) {
            Owners.created(resource, object, writer(call));
        }
        Attributes attributes = attributes(Operation.CREATE, call, object, null);
        admitPod(target, object);
        if (webhooks.mutate(attributes)) {
            defaults(resource, object);
            admitPod(target, object);
        }
        if (resource.is("services")) {
            services.assign(target.key(), object, null);
        }
        List<FieldError> errors = new ArrayList<>(Validation.created(resource, object));
        refuse(target, object, errors);
        call.warnings().addAll(Validation.warnings(resource, object));
        webhooks.validate(attributes);
    }

    private static void defaults(Resource resource, ObjectNode object) {
        Defaults.apply(resource, object);
        if (resource.custom() != null) {
            SchemaDefaults.apply(resource.custom().openApiSchema(), object);
        }
    }

    private static void refuse(Target target, ObjectNode object, List<FieldError> errors) {
        if (target.resource().is(Definitions.STORAGE)) {
            errors.addAll(DefinitionStatus.problems(object));
        }
        if (!errors.isEmpty()) {
            throw ApiException.invalid(
                    target.resource().kind(), target.resource().group(), target.name(), errors);
        }
    }

    private Owners.Writer writer(Call call) {
        String now = DateTimeFormatter.ISO_INSTANT.format(clock.instant().truncatedTo(ChronoUnit.SECONDS));
        return new Owners.Writer(call.manager(), call.target().subresource(), now, false);
    }

    private void admitPod(Target target, ObjectNode object) {
        if (target.resource().is("pods")) {
            pods.admit(object, target.namespace());
            Defaults.apply(target.resource(), object);
        }
    }

    @Override
    public void update(Call call, ObjectNode object, ObjectNode old) {
        Target target = call.target();
        Resource resource = target.resource();
        boolean whole = target.subresource().isEmpty();
        if (resource.is("namespaces") && whole) {
            Json.child(object, "spec").set("finalizers", Json.at(old, "spec", "finalizers"));
        }
        if (whole) {
            Defaults.changed(resource, object, old);
        }
        defaults(resource, object);
        if (!call.applies()) {
            Owners.updated(resource, object, old, writer(call));
        }
        Attributes attributes = attributes(Operation.UPDATE, call, object, old);
        if (webhooks.mutate(attributes)) {
            defaults(resource, object);
        }
        if (resource.is("services") && whole) {
            services.assign(target.key(), object, old);
        }
        if (resource.is(Definitions.STORAGE)) {
            DefinitionStatus.updated(object);
        }
        if (whole || resource.custom() != null) {
            refuse(target, object, new ArrayList<>(Validation.updated(resource, object, old)));
        }
        if (whole) {
            call.warnings().addAll(Validation.warnings(resource, object));
        } else if (target.subresource().equals("status")) {
            refuse(target, object, new ArrayList<>(Validation.reported(resource, object)));
        }
        webhooks.validate(attributes);
    }

    @Override
    public void delete(Call call, ObjectNode old) {
        Target target = call.target();
        if (target.resource().is("namespaces") && IMMORTAL.contains(target.name())) {
            throw ApiException.forbidden("namespaces", "", target.name(), "this namespace may not be deleted");
        }
        Attributes attributes = attributes(Operation.DELETE, call, null, old);
        webhooks.mutate(attributes);
        webhooks.validate(attributes);
    }

    @Override
    public void abandon(Call call, ObjectNode object) {
        if (call.target().resource().is("services")) {
            Key key = call.target().key();
            Stored stored = store.get(key);
            services.abandon(key, object, stored == null ? null : stored.object());
        }
    }

    private static Attributes attributes(
            Operation operation, Call call, @Nullable ObjectNode object, @Nullable ObjectNode old) {
        Target target = call.target();
        return new Attributes(
                operation,
                target.resource(),
                target.subresource(),
                target.resource().is("namespaces") ? target.name() : target.namespace(),
                target.name(),
                call.user(),
                call.dryRun(),
                object,
                old,
                call.warnings());
    }

    private void checkNamespace(Target target) {
        if (!target.resource().namespaced()) {
            return;
        }
        Stored namespace = store.get(new Key("namespaces", "", target.namespace()));
        if (namespace == null) {
            throw ApiException.notFound("namespaces", "", target.namespace());
        }
        if (Json.has(namespace.object(), "metadata", "deletionTimestamp")) {
            throw ApiException.forbidden(
                    target.resource().plural(),
                    target.resource().group(),
                    target.name(),
                    "unable to create new content in namespace " + target.namespace()
                            + " because it is being terminated");
        }
    }
}
