package io.hyaline.objects.istio;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code security.istio.io} AuthorizationPolicy. */
public record AuthorizationPolicySpec(
        @Nullable LabelSelector selector,
        @Nullable PolicyTarget targetRef,
        List<PolicyTarget> targetRefs,
        List<Rule> rules,
        @Nullable Action action,
        @Nullable Provider provider) {
    public enum Action {
        ALLOW,
        DENY,
        AUDIT,
        CUSTOM
    }

    public record Provider(String name) {}

    public record Rule(List<From> from, List<To> to, List<Condition> when) {}

    public record From(@Nullable Source source) {}

    public record To(@Nullable Operation operation) {}

    public record Source(
            List<String> principals,
            List<String> notPrincipals,
            List<String> requestPrincipals,
            List<String> notRequestPrincipals,
            List<String> namespaces,
            List<String> notNamespaces,
            List<String> ipBlocks,
            List<String> notIpBlocks,
            List<String> remoteIpBlocks,
            List<String> notRemoteIpBlocks,
            List<String> serviceAccounts,
            List<String> notServiceAccounts) {}

    public record Operation(
            List<String> hosts,
            List<String> notHosts,
            List<String> ports,
            List<String> notPorts,
            List<String> methods,
            List<String> notMethods,
            List<String> paths,
            List<String> notPaths) {}

    public record Condition(@Required String key, List<String> values, List<String> notValues) {}
}
