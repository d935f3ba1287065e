package io.hyaline.runtime.pods;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A pod's /etc/hostname, /etc/hosts and /etc/resolv.conf. */
record HostFiles(Pod pod, List<String> addresses, List<String> dnsAddresses, String domain) {

    String hostname() {
        String name = pod.getSpec().getHostname();
        String full = name == null || name.isEmpty() ? pod.getMetadata().getName() : name;
        return full.length() > 63 ? full.substring(0, 63).replaceAll("[-.]+$", "") : full;
    }

    private String qualified() {
        String subdomain = pod.getSpec().getSubdomain();
        return subdomain == null || subdomain.isEmpty()
                ? ""
                : hostname() + "." + subdomain + "." + pod.getMetadata().getNamespace() + ".svc." + domain + "\t";
    }

    String hosts() {
        StringBuilder text = new StringBuilder("""
                # Kubernetes-managed hosts file.
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::0\tip6-localnet
                fe00::0\tip6-mcastprefix
                fe00::1\tip6-allnodes
                fe00::2\tip6-allrouters
                """);
        addresses.forEach(address -> text.append(address)
                .append('\t')
                .append(qualified())
                .append(hostname())
                .append('\n'));
        List<HostAlias> aliases = pod.getSpec().getHostAliases();
        if (aliases != null && !aliases.isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            aliases.forEach(alias -> text.append(alias.getIp())
                    .append('\t')
                    .append(String.join("\t", alias.getHostnames()))
                    .append('\n'));
        }
        return text.toString();
    }

    /** Short names resolve in the pod's namespace first; five dots make a name complete. */
    String resolvConf() {
        List<String> search = new ArrayList<>();
        List<String> servers = new ArrayList<>();
        List<String> options = new ArrayList<>();
        if (!Objects.equals(pod.getSpec().getDnsPolicy(), "None")) {
            search.addAll(List.of(pod.getMetadata().getNamespace() + ".svc." + domain, "svc." + domain, domain));
            servers.addAll(dnsAddresses);
            options.add("ndots:5");
        }
        PodDNSConfig own = pod.getSpec().getDnsConfig();
        if (own != null) {
            addNew(search, own.getSearches());
            addNew(servers, own.getNameservers());
            for (PodDNSConfigOption option : own.getOptions()) {
                options.removeIf(o -> o.split(":")[0].equals(option.getName()));
                options.add(option.getValue() == null ? option.getName() : option.getName() + ":" + option.getValue());
            }
        }
        StringBuilder text = new StringBuilder();
        if (!search.isEmpty()) {
            text.append("search ").append(String.join(" ", search)).append('\n');
        }
        servers.forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!options.isEmpty()) {
            text.append("options ").append(String.join(" ", options)).append('\n');
        }
        return text.toString();
    }

    private static void addNew(List<String> target, List<String> more) {
        more.stream().filter(m -> !target.contains(m)).forEach(target::add);
    }
}
