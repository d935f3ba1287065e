package io.hyaline.runtime.spec;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.hyaline.runtime.net.Ip;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The environment variables by which containers find the services of their namespace, and the API server. */
public final class ServiceVariables {

    private ServiceVariables() {}

    /** Variables of {@code services}; those without a cluster address have none. */
    public static Map<String, String> of(Collection<Service> services) {
        Map<String, String> env = new LinkedHashMap<>();
        services.stream()
                .filter(ServiceVariables::hasAddress)
                .sorted(Comparator.comparing(s -> s.getMetadata().getName()))
                .forEach(service -> add(env, service));
        return env;
    }

    private static boolean hasAddress(Service service) {
        String ip = service.getSpec().getClusterIP();
        return ip != null
                && !ip.isEmpty()
                && !ip.equals("None")
                && service.getSpec().getPorts() != null;
    }

    private static void add(Map<String, String> env, Service service) {
        String prefix = variable(service.getMetadata().getName());
        String ip = service.getSpec().getClusterIP();
        List<ServicePort> ports = service.getSpec().getPorts();
        for (int i = 0; i < ports.size(); i++) {
            ServicePort port = ports.get(i);
            if (i == 0) {
                env.put(prefix + "_SERVICE_HOST", ip);
                env.put(prefix + "_SERVICE_PORT", "" + port.getPort());
            }
            if (port.getName() != null && !port.getName().isEmpty()) {
                env.put(prefix + "_SERVICE_PORT_" + variable(port.getName()), "" + port.getPort());
            }
            String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
            String url = protocol.toLowerCase(Locale.ROOT) + "://" + Ip.target(ip, port.getPort());
            String portPrefix = prefix + "_PORT_" + port.getPort() + "_" + protocol;
            if (i == 0) {
                env.put(prefix + "_PORT", url);
            }
            env.put(portPrefix, url);
            env.put(portPrefix + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            env.put(portPrefix + "_PORT", "" + port.getPort());
            env.put(portPrefix + "_ADDR", ip);
        }
    }

    private static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
