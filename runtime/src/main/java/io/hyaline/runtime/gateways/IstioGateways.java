package io.hyaline.runtime.gateways;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.hyaline.objects.istio.IstioGatewaySpec;
import io.hyaline.objects.istio.IstioKind;
import io.hyaline.objects.istio.Specs;
import io.hyaline.runtime.cluster.ChangeLoop;
import io.hyaline.runtime.cluster.Informers;
import io.hyaline.runtime.cluster.OnChange;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Keeps the Deployment and the Service of every IstioGateway as it wants them, and says in its status how they are. */
public final class IstioGateways implements AutoCloseable {

    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final KubernetesClient client;
    private final Informers informers;
    private final GatewayStatus status;
    private final boolean bothFamilies;
    private final SharedIndexInformer<GenericKubernetesResource> gateways;
    private final ChangeLoop loop;

    private IstioGateways(KubernetesClient client, Informers informers, boolean bothFamilies, Clock clock) {
        this.client = client;
        this.informers = informers;
        this.bothFamilies = bothFamilies;
        this.status = new GatewayStatus(client, clock);
        this.gateways = client.genericKubernetesResources(IstioKind.ISTIO_GATEWAY.context())
                .inAnyNamespace()
                .runnableInformer(0);
        this.loop = new ChangeLoop("istio-gateways", clock, this::step);
    }

    /**
     * Starts on watches that have been started already. An API server may learn of the kind later.
     *
     * @param bothFamilies whether the cluster has IPv4 and IPv6, and so whoever calls from outside
     */
    public static IstioGateways start(KubernetesClient client, Informers informers, boolean bothFamilies, Clock clock) {
        IstioGateways controller = new IstioGateways(client, informers, bothFamilies, clock);
        informers.services.addEventHandler(new OnChange<>((before, after) -> controller.look(before, after)));
        informers.deployments.addEventHandler(new OnChange<>((before, after) -> controller.look(before, after)));
        controller.gateways.addEventHandler(new OnChange<>((before, after) -> controller.loop.changed()));
        controller.gateways.exceptionHandler((isStarted, problem) -> true);
        controller.gateways.start();
        controller.loop.start(null);
        return controller;
    }

    private void look(@Nullable HasMetadata before, @Nullable HasMetadata after) {
        HasMetadata any = Objects.requireNonNull(after == null ? before : after);
        if (owner(any) != null) {
            loop.changed();
        }
    }

    private static @Nullable OwnerReference owner(HasMetadata object) {
        return object.getMetadata().getOwnerReferences().stream()
                .filter(o -> IstioKind.ISTIO_GATEWAY.kind().equals(o.getKind()))
                .findFirst()
                .orElse(null);
    }

    private @Nullable Instant step() {
        for (GenericKubernetesResource gateway : gateways.getStore().list()) {
            if (gateway.getMetadata().getDeletionTimestamp() == null) {
                reconcile(gateway);
            }
        }
        return null;
    }

    private void reconcile(GenericKubernetesResource gateway) {
        String namespace = gateway.getMetadata().getNamespace();
        String name = GatewayPlan.name(gateway.getMetadata().getName());
        Service service = informers.services.getStore().getByKey(namespace + "/" + name);
        Deployment deployment = informers.deployments.getStore().getByKey(namespace + "/" + name);
        String problem = "";
        try {
            GatewayPlan plan = GatewayPlan.of(
                    namespace, gateway.getMetadata().getName(), Specs.read(gateway, IstioGatewaySpec.class));
            if (bothFamilies) {
                plan.askForBothFamilies();
            }
            problem = foreign(gateway, service, "Service") + foreign(gateway, deployment, "Deployment");
            if (problem.isEmpty()) {
                account(gateway, plan.account());
                write(gateway, plan.service(), service);
                write(gateway, plan.deployment(), deployment);
            }
        } catch (IllegalArgumentException e) {
            problem = String.valueOf(e.getMessage());
        }
        status.publish(gateway, service, deployment, problem);
    }

    /** What stands in the way, or an empty text. */
    private static String foreign(HasMetadata gateway, @Nullable HasMetadata object, String kind) {
        if (object == null) {
            return "";
        }
        OwnerReference owner = owner(object);
        return owner != null && owner.getName().equals(gateway.getMetadata().getName())
                ? ""
                : kind + " " + object.getMetadata().getName() + " exists and belongs to somebody else; delete it. ";
    }

    private void account(HasMetadata gateway, ObjectNode account) {
        own(gateway, account);
        if (client.resource(account.toString()).get() == null) {
            client.resource(account.toString()).create();
        }
    }

    private void write(HasMetadata gateway, ObjectNode wanted, @Nullable HasMetadata live) {
        own(gateway, wanted);
        Map<String, JsonNode> fields = OwnedFields.of(wanted);
        if (live == null) {
            ObjectNode annotations = wanted.path("metadata").get("annotations") instanceof ObjectNode present
                    ? present
                    : ((ObjectNode) wanted.path("metadata")).putObject("annotations");
            annotations.put(OwnedFields.ANNOTATION, OwnedFields.text(fields));
            client.resource(wanted.toString()).create();
            return;
        }
        ObjectNode changed =
                (ObjectNode) MAPPER.readTree(client.getKubernetesSerialization().asJson(live));
        if (OwnedFields.merge(changed, fields)) {
            client.resource(changed.toString()).update();
        }
    }

    private static void own(HasMetadata gateway, ObjectNode object) {
        ((ObjectNode) object.path("metadata"))
                .putArray("ownerReferences")
                .addObject()
                .put("apiVersion", gateway.getApiVersion())
                .put("kind", gateway.getKind())
                .put("name", gateway.getMetadata().getName())
                .put("uid", gateway.getMetadata().getUid())
                .put("controller", true)
                .put("blockOwnerDeletion", true);
    }

    @Override
    public void close() {
        loop.close();
        gateways.close();
    }
}
