package io.hyaline.apiserver.table;

import io.hyaline.apiserver.resource.Resource;
import java.util.Map;

/** The printer of each resource. */
final class Printers {
    private static final String WEBHOOKS = "webhookconfigurations.admissionregistration.k8s.io";

    private static final Map<String, Printer> BY_STORAGE = Map.ofEntries(
            Map.entry("pods", PodTable.PRINTER),
            Map.entry("deployments.apps", WorkloadTables.DEPLOYMENTS),
            Map.entry("replicasets.apps", WorkloadTables.REPLICA_SETS),
            Map.entry("replicationcontrollers", WorkloadTables.REPLICA_SETS),
            Map.entry("daemonsets.apps", WorkloadTables.DAEMON_SETS),
            Map.entry("statefulsets.apps", WorkloadTables.STATEFUL_SETS),
            Map.entry("jobs.batch", WorkloadTables.JOBS),
            Map.entry("cronjobs.batch", WorkloadTables.CRON_JOBS),
            Map.entry("services", NetworkTables.SERVICES),
            Map.entry("endpoints", NetworkTables.ENDPOINTS),
            Map.entry("endpointslices.discovery.k8s.io", NetworkTables.SLICES),
            Map.entry("ingresses.networking.k8s.io", NetworkTables.INGRESSES),
            Map.entry("networkpolicies.networking.k8s.io", OtherTables.NETWORK_POLICIES),
            Map.entry("nodes", NetworkTables.NODES),
            Map.entry("namespaces", OtherTables.NAMESPACES),
            Map.entry("configmaps", OtherTables.CONFIG_MAPS),
            Map.entry("secrets", OtherTables.SECRETS),
            Map.entry("serviceaccounts", OtherTables.ACCOUNTS),
            Map.entry("events", OtherTables.EVENTS),
            Map.entry("leases.coordination.k8s.io", OtherTables.LEASES),
            Map.entry("persistentvolumeclaims", OtherTables.CLAIMS),
            Map.entry("poddisruptionbudgets.policy", OtherTables.BUDGETS),
            Map.entry("horizontalpodautoscalers.autoscaling", OtherTables.SCALERS),
            Map.entry("mutating" + WEBHOOKS, OtherTables.WEBHOOKS),
            Map.entry("validating" + WEBHOOKS, OtherTables.WEBHOOKS),
            Map.entry("customresourcedefinitions.apiextensions.k8s.io", OtherTables.CREATED_AT),
            Map.entry("roles.rbac.authorization.k8s.io", OtherTables.CREATED_AT),
            Map.entry("clusterroles.rbac.authorization.k8s.io", OtherTables.CREATED_AT),
            Map.entry("rolebindings.rbac.authorization.k8s.io", OtherTables.ROLE_BINDINGS),
            Map.entry("clusterrolebindings.rbac.authorization.k8s.io", OtherTables.ROLE_BINDINGS));

    private Printers() {}

    static Printer of(Resource resource) {
        return resource.custom() != null
                ? CustomTable.of(resource.custom())
                : BY_STORAGE.getOrDefault(resource.storage(), OtherTables.NAME_AND_AGE);
    }
}
