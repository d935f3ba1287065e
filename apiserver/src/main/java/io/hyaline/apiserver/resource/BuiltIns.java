package io.hyaline.apiserver.resource;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodTemplate;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingWebhookConfiguration;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.authentication.SelfSubjectReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authorization.v1.LocalSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressClass;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClass;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.hyaline.apiserver.schema.ModelSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The table of built-in resources. */
final class BuiltIns {
    private final ModelSchemas schemas;
    private final List<Resource> table = new ArrayList<>();

    private BuiltIns(ModelSchemas schemas) {
        this.schemas = schemas;
    }

    static List<Resource> table(ModelSchemas schemas) {
        BuiltIns all = new BuiltIns(schemas);
        all.core();
        all.workloads();
        all.others();
        all.reviews();
        return List.copyOf(all.table);
    }

    private void core() {
        namespaced(
                "v1",
                Pod.class,
                Names.of("Pod", "pods", "po").in("all"),
                "status",
                "log",
                "exec",
                "attach",
                "portforward",
                "binding",
                "eviction",
                "ephemeralcontainers");
        namespaced("v1", Service.class, Names.of("Service", "services", "svc").in("all"), "status");
        namespaced("v1", ConfigMap.class, Names.of("ConfigMap", "configmaps", "cm"));
        namespaced("v1", Secret.class, Names.of("Secret", "secrets"));
        namespaced("v1", ServiceAccount.class, Names.of("ServiceAccount", "serviceaccounts", "sa"), "token");
        namespaced("v1", Endpoints.class, Names.of("Endpoints", "endpoints", "ep"));
        namespaced("v1", io.fabric8.kubernetes.api.model.Event.class, Names.of("Event", "events", "ev"));
        namespaced(
                "v1",
                PersistentVolumeClaim.class,
                Names.of("PersistentVolumeClaim", "persistentvolumeclaims", "pvc"),
                "status");
        counted(
                "v1",
                ReplicationController.class,
                Names.of("ReplicationController", "replicationcontrollers", "rc")
                        .in("all"),
                "status",
                "scale");
        namespaced("v1", PodTemplate.class, Names.of("PodTemplate", "podtemplates"));
        namespaced("v1", LimitRange.class, Names.of("LimitRange", "limitranges", "limits"));
        namespaced("v1", ResourceQuota.class, Names.of("ResourceQuota", "resourcequotas", "quota"), "status");
        namespaced("v1", Binding.class, Names.of("Binding", "bindings"));
        cluster("v1", Namespace.class, Names.of("Namespace", "namespaces", "ns"), "status", "finalize");
        cluster("v1", Node.class, Names.of("Node", "nodes", "no"), "status");
        cluster("v1", PersistentVolume.class, Names.of("PersistentVolume", "persistentvolumes", "pv"), "status");
    }

    private void workloads() {
        counted(
                "apps/v1",
                Deployment.class,
                Names.of("Deployment", "deployments", "deploy").in("all"),
                "status",
                "scale");
        counted(
                "apps/v1",
                ReplicaSet.class,
                Names.of("ReplicaSet", "replicasets", "rs").in("all"),
                "status",
                "scale");
        counted(
                "apps/v1",
                StatefulSet.class,
                Names.of("StatefulSet", "statefulsets", "sts").in("all"),
                "status",
                "scale");
        counted(
                "apps/v1",
                DaemonSet.class,
                Names.of("DaemonSet", "daemonsets", "ds").in("all"),
                "status");
        namespaced("apps/v1", ControllerRevision.class, Names.of("ControllerRevision", "controllerrevisions"));
        counted("batch/v1", Job.class, Names.of("Job", "jobs").in("all"), "status");
        counted("batch/v1", CronJob.class, Names.of("CronJob", "cronjobs", "cj").in("all"), "status");
        namespaced(
                "autoscaling/v2",
                HorizontalPodAutoscaler.class,
                Names.of("HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa")
                        .in("all"),
                "status");
        counted(
                "policy/v1",
                PodDisruptionBudget.class,
                Names.of("PodDisruptionBudget", "poddisruptionbudgets", "pdb"),
                "status");
    }

    private void others() {
        counted("discovery.k8s.io/v1", EndpointSlice.class, Names.of("EndpointSlice", "endpointslices"));
        namespaced(
                "events.k8s.io/v1",
                io.fabric8.kubernetes.api.model.events.v1.Event.class,
                Names.of("Event", "events", "ev"));
        namespaced("coordination.k8s.io/v1", Lease.class, Names.of("Lease", "leases"));
        counted("networking.k8s.io/v1", NetworkPolicy.class, Names.of("NetworkPolicy", "networkpolicies", "netpol"));
        counted("networking.k8s.io/v1", Ingress.class, Names.of("Ingress", "ingresses", "ing"), "status");
        countedCluster("networking.k8s.io/v1", IngressClass.class, Names.of("IngressClass", "ingressclasses"));
        namespaced("rbac.authorization.k8s.io/v1", Role.class, Names.of("Role", "roles"));
        namespaced("rbac.authorization.k8s.io/v1", RoleBinding.class, Names.of("RoleBinding", "rolebindings"));
        cluster("rbac.authorization.k8s.io/v1", ClusterRole.class, Names.of("ClusterRole", "clusterroles"));
        cluster(
                "rbac.authorization.k8s.io/v1",
                ClusterRoleBinding.class,
                Names.of("ClusterRoleBinding", "clusterrolebindings"));
        cluster("storage.k8s.io/v1", StorageClass.class, Names.of("StorageClass", "storageclasses", "sc"));
        countedCluster("scheduling.k8s.io/v1", PriorityClass.class, Names.of("PriorityClass", "priorityclasses", "pc"));
        countedCluster(
                "admissionregistration.k8s.io/v1",
                MutatingWebhookConfiguration.class,
                Names.of("MutatingWebhookConfiguration", "mutatingwebhookconfigurations")
                        .in("api-extensions"));
        countedCluster(
                "admissionregistration.k8s.io/v1",
                ValidatingWebhookConfiguration.class,
                Names.of("ValidatingWebhookConfiguration", "validatingwebhookconfigurations")
                        .in("api-extensions"));
        countedCluster(
                "apiextensions.k8s.io/v1",
                CustomResourceDefinition.class,
                Names.of("CustomResourceDefinition", "customresourcedefinitions", "crd", "crds")
                        .in("api-extensions"),
                "status");
    }

    /** Kinds that are asked, not stored. */
    private void reviews() {
        cluster("authentication.k8s.io/v1", TokenReview.class, Names.of("TokenReview", "tokenreviews"));
        cluster(
                "authentication.k8s.io/v1",
                SelfSubjectReview.class,
                Names.of("SelfSubjectReview", "selfsubjectreviews"));
        cluster(
                "authorization.k8s.io/v1",
                SubjectAccessReview.class,
                Names.of("SubjectAccessReview", "subjectaccessreviews"));
        cluster(
                "authorization.k8s.io/v1",
                SelfSubjectAccessReview.class,
                Names.of("SelfSubjectAccessReview", "selfsubjectaccessreviews"));
        cluster(
                "authorization.k8s.io/v1",
                SelfSubjectRulesReview.class,
                Names.of("SelfSubjectRulesReview", "selfsubjectrulesreviews"));
        namespaced(
                "authorization.k8s.io/v1",
                LocalSubjectAccessReview.class,
                Names.of("LocalSubjectAccessReview", "localsubjectaccessreviews"));
    }

    private void namespaced(String apiVersion, Class<?> model, Names names, String... subresources) {
        add(apiVersion, model, names, true, false, subresources);
    }

    private void counted(String apiVersion, Class<?> model, Names names, String... subresources) {
        add(apiVersion, model, names, true, true, subresources);
    }

    private void cluster(String apiVersion, Class<?> model, Names names, String... subresources) {
        add(apiVersion, model, names, false, false, subresources);
    }

    private void countedCluster(String apiVersion, Class<?> model, Names names, String... subresources) {
        add(apiVersion, model, names, false, true, subresources);
    }

    private void add(
            String apiVersion,
            Class<?> model,
            Names names,
            boolean namespaced,
            boolean counted,
            String... subresources) {
        GroupVersion version = GroupVersion.of(apiVersion);
        // Events are one resource under two groups.
        boolean event = names.kind().equals("Event");
        String storage = event || version.group().isEmpty() ? names.plural() : names.plural() + "." + version.group();
        GroupVersion stored = event ? new GroupVersion("", "v1") : version;
        table.add(new Resource(
                version, names, namespaced, Set.of(subresources), schemas.of(model), storage, stored, counted, null));
    }
}
