package io.hyaline.inject;

import io.hyaline.capture.plan.InterceptionMode;
import java.util.List;
import java.util.Map;

/**
 * What the mesh says where a pod does not.
 *
 * @param injectByDefault pods that say nothing get a sidecar, once asked about
 * @param never label sets; a pod that has all labels of one is left alone
 * @param always label sets; a pod that has all labels of one gets a sidecar
 */
public record InjectionConfig(
        String revision,
        String image,
        Mesh mesh,
        Sidecar sidecar,
        boolean injectByDefault,
        List<Map<String, String>> never,
        List<Map<String, String>> always,
        List<String> imagePullSecrets) {

    public static final InjectionConfig DEFAULT = new InjectionConfig(
            "default",
            "docker.io/istio/proxyv2:hyaline",
            Mesh.DEFAULT,
            Sidecar.DEFAULT,
            true,
            List.of(),
            List.of(),
            List.of());

    public InjectionConfig {
        never = List.copyOf(never);
        always = List.copyOf(always);
        imagePullSecrets = List.copyOf(imagePullSecrets);
    }

    public InjectionConfig withSidecar(Sidecar other) {
        return new InjectionConfig(revision, image, mesh, other, injectByDefault, never, always, imagePullSecrets);
    }

    /** Who the proxies belong to and where their control plane is. */
    public record Mesh(String trustDomain, String meshId, String clusterId, String caAddress) {

        public static final Mesh DEFAULT =
                new Mesh("cluster.local", "cluster.local", "Kubernetes", "istiod.istio-system.svc:15012");
    }

    /**
     * @param nativeSidecar the proxy is an init container that never ends; off, so that a pod shows 2/2
     * @param holdApplication the application starts after its proxy
     * @param privileges what the proxy's container may do
     */
    public record Sidecar(
            InterceptionMode mode,
            int statusPort,
            String logLevel,
            String componentLogLevel,
            boolean rewriteProbes,
            boolean holdApplication,
            boolean nativeSidecar,
            Privileges privileges) {

        public static final Sidecar DEFAULT = new Sidecar(
                InterceptionMode.REDIRECT, 15020, "warning", "misc:error", true, false, false, Privileges.MARKS);

        public Sidecar withNativeSidecar(boolean on) {
            return new Sidecar(
                    mode, statusPort, logLevel, componentLogLevel, rewriteProbes, holdApplication, on, privileges);
        }

        public Sidecar withPrivileges(Privileges other) {
            return new Sidecar(
                    mode,
                    statusPort,
                    logLevel,
                    componentLogLevel,
                    rewriteProbes,
                    holdApplication,
                    nativeSidecar,
                    other);
        }
    }

    /** The proxy's user and capabilities. */
    public enum Privileges {
        /** An ordinary user with CAP_NET_RAW, which is enough for marks and transparent addresses since Linux 5.17. */
        MARKS,
        /** As Istio has it: nothing under REDIRECT, root with CAP_NET_ADMIN under TPROXY. */
        ISTIO
    }
}
