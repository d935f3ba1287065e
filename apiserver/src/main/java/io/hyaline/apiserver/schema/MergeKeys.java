package io.hyaline.apiserver.schema;

import io.hyaline.apiserver.schema.Schema.ListRule;
import io.hyaline.apiserver.schema.Schema.Topology;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the lists and maps of built-in kinds merge. The model classes do not carry this; it is part of the public API
 * documentation of each field (patch strategy, patch merge key, list type). What is not named here is atomic if a list,
 * merged by key if a map.
 */
public final class MergeKeys {
    private static final ListRule BY_NAME = ListRule.map("name");
    private static final ListRule BY_TYPE = ListRule.map("type");

    private static final Map<String, ListRule> LISTS = Map.ofEntries(
            Map.entry("ObjectMeta.ownerReferences", ListRule.map("uid")),
            Map.entry("ObjectMeta.finalizers", ListRule.SET),
            Map.entry("PodSpec.containers", BY_NAME),
            Map.entry("PodSpec.initContainers", BY_NAME),
            Map.entry("PodSpec.ephemeralContainers", BY_NAME),
            Map.entry("PodSpec.volumes", BY_NAME),
            Map.entry("PodSpec.imagePullSecrets", BY_NAME),
            Map.entry("PodSpec.hostAliases", ListRule.map("ip")),
            Map.entry("PodSpec.resourceClaims", BY_NAME),
            Map.entry("PodSpec.schedulingGates", BY_NAME),
            Map.entry(
                    "PodSpec.topologySpreadConstraints",
                    new ListRule(Topology.MAP, List.of("topologyKey", "whenUnsatisfiable"), true, "topologyKey")),
            Map.entry("PodStatus.podIPs", ListRule.map("ip")),
            Map.entry("PodStatus.hostIPs", new ListRule(Topology.ATOMIC, List.of(), true, "ip")),
            Map.entry("PodStatus.resourceClaimStatuses", BY_NAME),
            Map.entry("ContainerStatus.volumeMounts", ListRule.map("mountPath")),
            Map.entry("ContainerStatus.allocatedResourcesStatus", BY_NAME),
            Map.entry("Container.env", BY_NAME),
            Map.entry("Container.ports", ports("containerPort")),
            Map.entry("Container.volumeMounts", ListRule.map("mountPath")),
            Map.entry("Container.volumeDevices", ListRule.map("devicePath")),
            Map.entry("EphemeralContainer.env", BY_NAME),
            Map.entry("EphemeralContainer.ports", ports("containerPort")),
            Map.entry("EphemeralContainer.volumeMounts", ListRule.map("mountPath")),
            Map.entry("EphemeralContainer.volumeDevices", ListRule.map("devicePath")),
            Map.entry("ResourceRequirements.claims", new ListRule(Topology.MAP, List.of("name"), false, null)),
            Map.entry("ServiceSpec.ports", ports("port")),
            Map.entry("ServiceAccount.secrets", BY_NAME),
            Map.entry("NodeStatus.addresses", BY_TYPE),
            Map.entry("NodeSpec.podCIDRs", ListRule.SET),
            Map.entry("MutatingWebhookConfiguration.webhooks", BY_NAME),
            Map.entry("ValidatingWebhookConfiguration.webhooks", BY_NAME),
            Map.entry("MutatingWebhook.matchConditions", BY_NAME),
            Map.entry("ValidatingWebhook.matchConditions", BY_NAME),
            Map.entry(
                    "CustomResourceDefinitionStatus.conditions",
                    new ListRule(Topology.MAP, List.of("type"), false, null)),
            Map.entry("JobStatus.conditions", new ListRule(Topology.ATOMIC, List.of(), true, "type")),
            Map.entry("CustomResourceDefinitionNames.shortNames", ListRule.ATOMIC));

    /** Structs that server-side apply owns as a whole. */
    private static final Set<String> ATOMIC_STRUCTS = Set.of(
            "LabelSelector",
            "ObjectReference",
            "LocalObjectReference",
            "TypedLocalObjectReference",
            "SecretKeySelector",
            "ConfigMapKeySelector",
            "ObjectFieldSelector",
            "ResourceFieldSelector",
            "NodeSelector",
            "NodeSelectorTerm",
            "SecretReference",
            "ScopeSelector",
            "AggregationRule",
            "RoleRef");

    private static final Set<String> ATOMIC_MAPS =
            Set.of("PodSpec.nodeSelector", "ServiceSpec.selector", "ReplicationControllerSpec.selector");

    /** Structs and lists whose client-made patches carry $retainKeys. */
    private static final Map<String, String> STRATEGIES = Map.of(
            "DeploymentSpec.strategy", "retainKeys",
            "PodSpec.volumes", "merge,retainKeys",
            "PodSpec.resourceClaims", "merge,retainKeys",
            "PodStatus.resourceClaimStatuses", "merge,retainKeys");

    private MergeKeys() {}

    static ListRule list(String struct, String field) {
        ListRule rule = LISTS.get(struct + "." + field);
        if (rule != null) {
            return rule;
        }
        return field.equals("conditions") && struct.endsWith("Status") ? BY_TYPE : ListRule.ATOMIC;
    }

    static boolean atomicStruct(String struct) {
        return ATOMIC_STRUCTS.contains(struct);
    }

    static boolean atomicMap(String struct, String field) {
        return ATOMIC_MAPS.contains(struct + "." + field);
    }

    /** The value of x-kubernetes-patch-strategy. */
    public static @Nullable String patchStrategy(String struct, String field) {
        String strategy = STRATEGIES.get(struct + "." + field);
        return strategy != null ? strategy : list(struct, field).patchMerges() ? "merge" : null;
    }

    private static ListRule ports(String number) {
        return new ListRule(Topology.MAP, List.of(number, "protocol"), true, number);
    }
}
