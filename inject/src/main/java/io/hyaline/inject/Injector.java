package io.hyaline.inject;

import io.hyaline.capture.plan.InterceptionMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pod in, pod with a sidecar out: a pure function of the pod and the mesh's settings. */
public final class Injector {

    private final InjectionConfig config;

    public Injector(InjectionConfig config) {
        this.config = config;
    }

    /** Whether the pod gets a sidecar, and why. */
    public InjectionPolicy.Verdict decide(ObjectNode pod, String namespace) {
        return InjectionPolicy.decide(new Pod(pod, namespace), config);
    }

    /**
     * The pod with its sidecar; a pod that shall have none comes back as it was. Injecting twice is injecting once.
     *
     * @param tree an object with {@code metadata} and {@code spec}, as a pod or the template of a Deployment is
     * @throws InjectException when an annotation or field of the pod stands in the way
     */
    public ObjectNode inject(ObjectNode tree, String namespace) {
        Pod original = new Pod(tree, namespace);
        if (!InjectionPolicy.decide(original, config).inject()) {
            return tree;
        }
        Pod pod = new Pod(tree.deepCopy(), namespace);
        if (pod.containers().isEmpty()) {
            throw new InjectException("the pod has no containers");
        }
        List<ObjectNode> earlier = Earlier.takeAway(pod);
        ProxySettings settings = ProxySettings.of(pod, config);
        ObjectNode writtenProxy = take(pod.containers(), Pod.PROXY);
        if (writtenProxy == null) {
            writtenProxy = take(pod.initContainers(), Pod.PROXY);
        }
        ObjectNode writtenInit = take(pod.initContainers(), Pod.INIT);
        rememberOverrides(pod, writtenProxy, writtenInit);

        Map<String, JsonNode> probes = Earlier.probes(earlier);
        if (settings.rewriteProbes() && settings.statusPort() != 0) {
            probes.putAll(Probes.rewrite(pod, settings.statusPort()));
        }
        ObjectNode proxy = merged(ProxyContainer.of(pod, settings, config), writtenProxy);
        keepPrivileges(proxy, settings);
        if (!probes.isEmpty()) {
            Tree.array(proxy, "env").add(Tree.object("name", Earlier.APP_PROBERS, "value", Tree.json(probes)));
        }
        List<String> volumes = addVolumes(pod);
        addContainers(pod, settings, proxy, writtenInit);
        addPullSecrets(pod);
        PodMetadata.write(pod, settings, config, Earlier.metrics(earlier));
        boolean init = settings.mode() != InterceptionMode.NONE;
        List<String> initNames = new ArrayList<>(init ? List.of(Pod.INIT) : List.of());
        if (settings.nativeSidecar()) {
            initNames.add(Pod.PROXY);
        }
        PodMetadata.writeStatus(
                pod, initNames, settings.nativeSidecar() ? List.of() : List.of(Pod.PROXY), volumes, config);
        return pod.tree();
    }

    private void addContainers(Pod pod, ProxySettings settings, ObjectNode proxy, @Nullable ObjectNode writtenInit) {
        ObjectNode init = settings.mode() == InterceptionMode.NONE
                ? null
                : merged(InitContainer.of(settings, config, proxyUser(proxy)), writtenInit);
        List<ObjectNode> inits = new ArrayList<>(Tree.objects(pod.initContainers()));
        List<ObjectNode> containers = new ArrayList<>(Tree.objects(pod.containers()));
        if (settings.nativeSidecar()) {
            inits.addFirst(proxy);
            if (init != null) {
                inits.addFirst(init);
            }
        } else {
            // Last, so that other init containers still reach the network without a proxy.
            if (init != null) {
                inits.addLast(init);
            }
            if (settings.holdApplication()) {
                containers.addFirst(proxy);
            } else {
                containers.addLast(proxy);
            }
        }
        Tree.replace(pod.containers(), containers);
        if (inits.isEmpty()) {
            pod.spec().remove("initContainers");
        } else {
            Tree.replace(pod.initContainers(), inits);
        }
    }

    /** The rules exempt the user that the author chose; root is never exempted, for applications can be root too. */
    private static String proxyUser(ObjectNode proxy) {
        String user = proxy.path("securityContext").path("runAsUser").asString("1337");
        return user.equals("0") ? "1337" : user;
    }

    private void keepPrivileges(ObjectNode proxy, ProxySettings settings) {
        if (config.sidecar().privileges() == InjectionConfig.Privileges.ISTIO
                && settings.mode() == InterceptionMode.TPROXY) {
            Tree.object(proxy, "securityContext").put("runAsUser", 0).put("runAsNonRoot", false);
        }
    }

    private static ObjectNode merged(ObjectNode injected, @Nullable ObjectNode written) {
        return written == null ? injected : ContainerMerge.over(injected, written);
    }

    private static @Nullable ObjectNode take(ArrayNode containers, String name) {
        ObjectNode found = Tree.named(containers, name);
        if (found != null) {
            removeNamed(containers, List.of(name));
        }
        return found;
    }

    /** Returns the names of those that were added; a volume of the author's with the same name is his. */
    private static List<String> addVolumes(Pod pod) {
        List<ObjectNode> wanted = new ArrayList<>(Volumes.volumes());
        wanted.addAll(ProxyContainer.userVolumes(pod, "userVolume"));
        List<String> added = new ArrayList<>();
        for (ObjectNode volume : wanted) {
            String name = Tree.text(volume, "name");
            if (Tree.named(pod.volumes(), name) == null) {
                pod.volumes().add(volume);
                added.add(name);
            }
        }
        return added;
    }

    private void addPullSecrets(Pod pod) {
        for (String secret : config.imagePullSecrets()) {
            ArrayNode secrets = Tree.array(pod.spec(), "imagePullSecrets");
            if (Tree.named(secrets, secret) == null) {
                secrets.add(Tree.object("name", secret));
            }
        }
    }

    /** The author's own istio-proxy container is kept beside the merged one, for a later injection to start from. */
    private static void rememberOverrides(Pod pod, @Nullable ObjectNode proxy, @Nullable ObjectNode init) {
        if ((proxy == null && init == null) || pod.annotated(PodMetadata.OVERRIDES)) {
            return;
        }
        ObjectNode overrides = Tree.object();
        if (proxy != null) {
            overrides.putArray("containers").add(proxy);
        }
        if (init != null) {
            overrides.putArray("initContainers").add(init);
        }
        Tree.object(pod.metadata(), "annotations").put(PodMetadata.OVERRIDES, overrides.toString());
    }

    static void removeNamed(ArrayNode list, List<String> names) {
        List<ObjectNode> left = Tree.objects(list).stream()
                .filter(one -> !names.contains(Tree.text(one, "name")))
                .toList();
        Tree.replace(list, left);
    }
}
